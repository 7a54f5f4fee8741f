package io.sketchstream.shell.access;

import java.util.Locale;

/// What a key may do. No scope includes another.
public enum Scope {
  /// Search, and read images, models and runs.
  READ,
  /// Add images to the gallery and remove them.
  INGEST,
  /// Label examples, and register standing queries.
  LABEL,
  /// Change models and training runs.
  ADMIN;

  /// The word for it in a keys file.
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
