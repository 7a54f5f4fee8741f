package io.sketchstream.embed.images;

import io.sketchstream.encoder.Embedding;
import io.sketchstream.events.ImageIngested;

/// The outcome of a record of `images`.
sealed interface ImageOutcome {
  /// An embedding with the hubness of its image.
  ///
  /// @param reused whether it was made before, of another record of the image
  record Embedded(ImageIngested image, Embedding embedding, float hubness, boolean reused)
      implements ImageOutcome {}

  /// A tombstone: the image was removed.
  record Removed() implements ImageOutcome {}

  /// A dead letter: the image can't be embedded.
  ///
  /// @param kind one word, for metrics
  /// @param reason for people
  record Rejected(String kind, String reason) implements ImageOutcome {}
}
