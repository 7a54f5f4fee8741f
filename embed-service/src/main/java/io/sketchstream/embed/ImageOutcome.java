package io.sketchstream.embed;

import io.sketchstream.encoder.Embedding;
import io.sketchstream.events.ImageIngested;

/// What became of one record of `images`.
sealed interface ImageOutcome {
  /// It has a place in the index.
  record Embedded(ImageIngested image, Embedding embedding) implements ImageOutcome {}

  /// It said that the image is gone.
  record Removed() implements ImageOutcome {}

  /// It can't be embedded: a dead letter.
  ///
  /// @param kind one word, for counting
  /// @param reason for people
  record Rejected(String kind, String reason) implements ImageOutcome {}
}
