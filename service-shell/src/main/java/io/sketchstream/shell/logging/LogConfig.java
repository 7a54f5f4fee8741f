package io.sketchstream.shell.logging;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/// Everything an operator can change about log lines that Quarkus has no setting for.
@ConfigMapping(prefix = "log")
public interface LogConfig {
  /// How log lines look: `text`, or `json` with the field names of the Elastic Common Schema.
  @WithDefault("text")
  Format format();

  /// See [#format].
  enum Format {
    TEXT,
    JSON
  }
}
