package io.sketchstream.embed.generations;

import io.sketchstream.encoder.Encoder;
import io.sketchstream.events.ModelChanged;
import java.io.UncheckedIOException;

/// Opens the encoder of a generation.
public interface EncoderSource {
  /// Loads and verifies the artifact.
  ///
  /// @throws BrokenArtifactException when there is none or it is not what [models] says
  /// @throws UncheckedIOException when the model store can't be reached
  Encoder open(ModelChanged model) throws BrokenArtifactException;

  /// Deletes the local copy, if there is one, of an artifact that is no longer used.
  default void forget(ModelChanged model) {}

  /// Why a generation has no encoder here, in one sentence.
  final class BrokenArtifactException extends Exception {
    private static final long serialVersionUID = 1L;

    public BrokenArtifactException(String reason, Throwable cause) {
      super(reason, cause);
    }

    public BrokenArtifactException(String reason) {
      super(reason);
    }
  }
}
