package io.sketchstream.embed;

import io.sketchstream.encoder.Encoder;
import io.sketchstream.events.ModelChanged;

/// Where the encoder of a generation comes from.
interface EncoderSource {
  /// Loads and verifies the artifact.
  ///
  /// @throws BrokenArtifactException when there is none or it is not what [models] says
  Encoder open(ModelChanged model) throws BrokenArtifactException;

  /// Frees what is kept here, if anything is, of an artifact that is not embedded with any more.
  default void forget(ModelChanged model) {}

  /// Why a generation has no encoder here, in one sentence.
  final class BrokenArtifactException extends Exception {
    private static final long serialVersionUID = 1L;

    BrokenArtifactException(String reason, Throwable cause) {
      super(reason, cause);
    }

    BrokenArtifactException(String reason) {
      super(reason);
    }
  }
}
