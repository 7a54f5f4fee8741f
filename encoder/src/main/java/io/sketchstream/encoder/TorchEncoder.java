package io.sketchstream.encoder;

import ai.djl.Device;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Libtorch;
import io.sketchstream.encoder.network.Precision;
import io.sketchstream.encoder.network.TorchNetwork;
import io.sketchstream.images.PreparedImage;
import io.sketchstream.score.Hubness;
import java.util.List;
import java.util.concurrent.Semaphore;

/// An encoder that runs on libtorch.
///
/// **Threads:** as many concurrent calls of [#encode] as the options say; more wait. **Owns:** the
/// native network, until [#close], which waits for every running [#encode].
public final class TorchEncoder implements Encoder {
  private static final System.Logger LOG = System.getLogger(TorchEncoder.class.getName());

  private final TorchNetwork network;
  private final Precision precision;
  private final Preprocessing preprocessing;
  private final Hubness hubness;
  private final int dimension;
  private final int inputSize;
  private final int threads;
  private final Semaphore permits;
  private boolean closed; // guarded by permits: written with all of them, read with one

  private TorchEncoder(PrecisionChoice.Chosen chosen, ModelArtifact artifact, int threads) {
    this.network = chosen.network();
    this.precision = chosen.precision();
    this.preprocessing = new SquarePreprocessing(artifact);
    this.hubness = artifact.hubness();
    this.dimension = artifact.dimension();
    this.inputSize = artifact.inputSize();
    this.threads = threads;
    this.permits = new Semaphore(threads, true);
  }

  /// Starts libtorch if needed, loads the network and chooses its precision.
  ///
  /// @throws BrokenModelException when the weights do not fit the network
  /// @throws IllegalStateException when the device is absent, or the requested precision is
  ///   unsupported or differs too much from fp32
  public static TorchEncoder open(ModelArtifact artifact, EncoderOptions options)
      throws BrokenModelException {
    Device device = device(options.device());
    PrecisionChoice.Chosen chosen = PrecisionChoice.open(artifact, options.precision(), device);
    LOG.log(
        System.Logger.Level.INFO,
        "{0} computes in {1} on {2}: {3}",
        artifact.network().name(),
        chosen.precision(),
        device,
        chosen.reason());
    return new TorchEncoder(chosen, artifact, options.threads());
  }

  private static Device device(EncoderOptions.Device wanted) {
    Libtorch.engine();
    return switch (wanted) {
      case AUTO -> Libtorch.device();
      case CPU -> Device.cpu();
      case CUDA -> Libtorch.gpu();
    };
  }

  @Override
  public int dimension() {
    return dimension;
  }

  /// The precision chosen at start.
  public Precision precision() {
    return precision;
  }

  @Override
  public Preprocessing preprocessing() {
    return preprocessing;
  }

  @Override
  public List<Embedding> encode(List<PreparedImage> batch) {
    if (batch.isEmpty()) {
      throw new IllegalArgumentException("a batch needs at least 1 image");
    }
    for (PreparedImage image : batch) {
      if (image.size() != inputSize) {
        throw new IllegalArgumentException(
            "an image of %d pixels for an encoder of %d".formatted(image.size(), inputSize));
      }
    }
    permits.acquireUninterruptibly();
    try {
      if (closed) {
        throw new IllegalStateException("the encoder is closed");
      }
      return MirrorImages.merged(batch, network.forward(MirrorImages.added(batch)));
    } finally {
      permits.release();
    }
  }

  @Override
  public float hubness(Embedding photo) {
    return hubness.of(photo.toArray());
  }

  @Override
  public void close() {
    permits.acquireUninterruptibly(threads);
    try {
      if (!closed) {
        closed = true;
        network.close();
      }
    } finally {
      permits.release(threads);
    }
  }
}
