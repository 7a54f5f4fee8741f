package io.sketchstream.shell.logging;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/// Settings of log lines in addition to those of Quarkus.
@ConfigMapping(prefix = "log")
public interface LogConfig {
  /// Format of log lines: `text`, or `json` with the field names of the Elastic Common Schema.
  @WithDefault("text")
  Format format();

  /// See [#format].
  enum Format {
    TEXT,
    JSON
  }
}
