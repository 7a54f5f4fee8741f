package io.sketchstream.shell.threads;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/// Which threads give way to others.
@ConfigMapping(prefix = "threads")
public interface ThreadsConfig {
  /// How far the JIT compilers give way to the work that they make faster, as `nice`: 0, as all
  /// else, to 19. A new kind of work, such as a backfill, makes them busy for a minute and more.
  @WithDefault("10")
  int compilerNiceness();
}
