package io.sketchstream.trainer.train;

import ai.djl.ndarray.NDManager;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.encoder.network.Tensor;
import io.sketchstream.encoder.network.Weights;
import io.sketchstream.trainer.data.Example;
import io.sketchstream.trainer.data.Interruption;
import io.sketchstream.trainer.data.PictureReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// Computes features of unaugmented pictures with a pretrained trunk.
///
/// **Threads:** one. **Owns:** native memory, until [#close].
final class FeatureExtractor implements AutoCloseable {
  private static final int BATCH_SIZE = 32;

  private final TrainableNetwork trunk;
  private final PictureReader reader;
  private final int size;
  private final TrainingProgress progress;

  /// @param weights weights of the network; an embedding among them is ignored
  FeatureExtractor(
      Network network, Weights weights, PictureReader reader, int size, TrainingProgress progress)
      throws BrokenModelException {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>(weights.tensors());
    tensors.remove(Network.EMBEDDING_WEIGHT);
    tensors.remove(Network.EMBEDDING_BIAS);
    this.trunk = TrainableNetwork.load(network, new Weights(tensors), network.stages().size());
    this.reader = reader;
    this.size = size;
    this.progress = progress;
  }

  /// Features, one row per picture.
  float[] features(List<Example> examples) {
    int width = trunk.network().dimension();
    float[] rows = new float[examples.size() * width];
    for (int from = 0; from < examples.size(); from += BATCH_SIZE) {
      List<Example> part = examples.subList(from, Math.min(from + BATCH_SIZE, examples.size()));
      float[] some = part(part);
      System.arraycopy(some, 0, rows, from * width, some.length);
      progress.phase("start", from + part.size(), examples.size());
    }
    return rows;
  }

  /// Features after a linear map, one row per picture.
  float[] embeddings(List<Example> examples, LinearMap map) {
    float[] rows = new float[examples.size() * map.outputs()];
    for (int from = 0; from < examples.size(); from += BATCH_SIZE) {
      List<Example> part = examples.subList(from, Math.min(from + BATCH_SIZE, examples.size()));
      float[] some = map.applyAll(part(part));
      System.arraycopy(some, 0, rows, from * map.outputs(), some.length);
      progress.phase("start", from + part.size(), examples.size());
    }
    return rows;
  }

  private float[] part(List<Example> examples) {
    Interruption.check();
    byte[] pixels = Pixels.of(examples, reader, size);
    try (NDManager manager = NDManager.newBaseManager()) {
      return trunk.forward(manager, pixels, examples.size(), size).toFloatArray();
    }
  }

  @Override
  public void close() {
    trunk.close();
  }
}
