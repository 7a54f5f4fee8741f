package io.sketchstream.embed;

import io.sketchstream.encoder.Encoder;
import io.sketchstream.encoder.EncoderOptions;
import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.TorchEncoder;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.events.ModelChanged;
import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;

/// Loads encoders from the model store into libtorch.
final class TorchEncoderSource implements EncoderSource {
  private final EncoderOptions options;

  TorchEncoderSource(EncoderOptions options) {
    this.options = options;
  }

  @Override
  public Encoder open(ModelChanged model) throws BrokenArtifactException {
    try {
      ModelArtifact artifact = ModelArtifact.load(directory(model.getArtifactUri()));
      if (!artifact.sha256().equals(model.getArtifactSha256())) {
        throw new BrokenArtifactException(
            "the weights at %s have the SHA-256 %s, its record in models says %s"
                .formatted(model.getArtifactUri(), artifact.sha256(), model.getArtifactSha256()));
      }
      return TorchEncoder.open(artifact, options);
    } catch (BrokenModelException e) {
      throw new BrokenArtifactException(e.getMessage(), e);
    }
  }

  private static Path directory(String uri) throws BrokenArtifactException {
    try {
      return Path.of(URI.create(uri));
    } catch (IllegalArgumentException | FileSystemNotFoundException e) {
      throw new BrokenArtifactException(
          "'%s' names no directory of a model store: %s".formatted(uri, e.getMessage()), e);
    }
  }
}
