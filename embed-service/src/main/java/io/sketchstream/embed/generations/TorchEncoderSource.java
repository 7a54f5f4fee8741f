package io.sketchstream.embed.generations;

import io.sketchstream.encoder.Encoder;
import io.sketchstream.encoder.EncoderOptions;
import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.TorchEncoder;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.store.ArtifactStore;
import io.sketchstream.store.S3Options;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import org.jboss.logging.Logger;

/// Loads encoders from the model store into libtorch.
public final class TorchEncoderSource implements EncoderSource {
  private static final Logger LOG = Logger.getLogger(TorchEncoderSource.class);

  private final EncoderOptions options;
  private final S3Options s3;
  private final Path cache;

  /// @param cache directory for models that come from S3
  public TorchEncoderSource(EncoderOptions options, S3Options s3, Path cache) {
    this.options = options;
    this.s3 = s3;
    this.cache = cache;
  }

  @Override
  public Encoder open(ModelChanged model) throws BrokenArtifactException {
    try (ArtifactStore store = ArtifactStore.open(model.getArtifactUri(), s3, cache)) {
      ModelArtifact artifact =
          store.fetch(URI.create(model.getArtifactUri()), model.getArtifactSha256());
      return TorchEncoder.open(artifact, options);
    } catch (BrokenModelException | IllegalArgumentException e) {
      throw new BrokenArtifactException(e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("the model store can't be reached: " + e.getMessage(), e);
    }
  }

  @Override
  public void forget(ModelChanged model) {
    try (ArtifactStore store = ArtifactStore.open(model.getArtifactUri(), s3, cache)) {
      store.forgetCopy(model.getArtifactSha256());
    } catch (IllegalArgumentException | IOException e) {
      LOG.warnf("the copy of %s can't be deleted: %s", model.getGeneration(), e.getMessage());
    }
  }
}
