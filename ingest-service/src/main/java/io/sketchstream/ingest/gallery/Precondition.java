package io.sketchstream.ingest.gallery;

import java.util.Optional;

/// What a write requires of the image that it replaces, changes or removes. It is looked at under
/// the lock of the image, once the directory knows the writes of all instances.
public interface Precondition {
  /// Requires nothing.
  Precondition NONE = _ -> {};

  /// Throws what the caller is told where it does not hold; then nothing is written.
  ///
  /// @param there empty when there is no such image
  void check(Optional<GalleryEntry> there);
}
