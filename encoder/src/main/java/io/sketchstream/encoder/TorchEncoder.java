package io.sketchstream.encoder;

import ai.djl.Device;
import ai.djl.engine.Engine;
import io.sketchstream.encoder.network.Libtorch;
import io.sketchstream.encoder.network.Precision;
import io.sketchstream.encoder.network.TorchNetwork;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;

/// An encoder on libtorch.
///
/// **Threads:** as many [#encode] at once as the options say; one more waits. **Owns:** the native
/// network, until [#close], which waits for every running [#encode].
public final class TorchEncoder implements Encoder {
  /// Larger batches are cut: they gain no speed and cost memory.
  static final int BATCH_MAX = 64;

  private final TorchNetwork network;
  private final Preprocessing preprocessing;
  private final int dimension;
  private final int inputSize;
  private final int threads;
  private final Semaphore turns;
  private boolean closed; // guarded by turns: written with all of them, read with one

  private TorchEncoder(TorchNetwork network, ModelArtifact artifact, int threads) {
    this.network = network;
    this.preprocessing = new SquarePreprocessing(artifact.inputSize());
    this.dimension = artifact.dimension();
    this.inputSize = artifact.inputSize();
    this.threads = threads;
    this.turns = new Semaphore(threads, true);
  }

  /// Starts libtorch where needed and loads the network into it.
  ///
  /// @throws BrokenModelException when the artifact's weights do not fit its network
  public static TorchEncoder open(ModelArtifact artifact, EncoderOptions options)
      throws BrokenModelException {
    Device device = device(options.device());
    TorchNetwork network =
        TorchNetwork.open(artifact.network(), artifact.weights(), Precision.FP32, device);
    return new TorchEncoder(network, artifact, options.threads());
  }

  private static Device device(EncoderOptions.Device wanted) {
    Engine engine = Libtorch.engine();
    return switch (wanted) {
      case AUTO -> engine.getGpuCount() > 0 ? Device.gpu() : Device.cpu();
      case CPU -> Device.cpu();
      case CUDA -> {
        if (engine.getGpuCount() == 0) {
          throw new IllegalStateException("libtorch finds no GPU here");
        }
        yield Device.gpu();
      }
    };
  }

  @Override
  public int dimension() {
    return dimension;
  }

  @Override
  public Preprocessing preprocessing() {
    return preprocessing;
  }

  @Override
  public List<Embedding> encode(List<PreparedImage> batch) {
    if (batch.isEmpty()) {
      throw new IllegalArgumentException("a batch has 1 image or more");
    }
    for (PreparedImage image : batch) {
      if (image.size() != inputSize) {
        throw new IllegalArgumentException(
            "an image of %d pixels for an encoder of %d".formatted(image.size(), inputSize));
      }
    }
    turns.acquireUninterruptibly();
    try {
      if (closed) {
        throw new IllegalStateException("the encoder is closed");
      }
      List<Embedding> embeddings = new ArrayList<>(batch.size());
      for (int from = 0; from < batch.size(); from += BATCH_MAX) {
        int to = Math.min(batch.size(), from + BATCH_MAX);
        for (float[] row : network.forward(batch.subList(from, to))) {
          embeddings.add(Embedding.of(row));
        }
      }
      return embeddings;
    } finally {
      turns.release();
    }
  }

  @Override
  public void close() {
    turns.acquireUninterruptibly(threads);
    try {
      if (!closed) {
        closed = true;
        network.close();
      }
    } finally {
      turns.release(threads);
    }
  }
}
