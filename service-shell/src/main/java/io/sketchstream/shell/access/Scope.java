package io.sketchstream.shell.access;

import java.util.Locale;

/// What a key may do. None includes another.
public enum Scope {
  /// Search, and read images, models and runs.
  READ,
  /// Put images into the gallery and take them out.
  INGEST,
  /// Label examples, and watch for what comes in.
  LABEL,
  /// Change models and training runs.
  ADMIN;

  /// As it stands in a keys file.
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
