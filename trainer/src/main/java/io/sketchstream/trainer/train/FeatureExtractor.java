package io.sketchstream.trainer.train;

import ai.djl.ndarray.NDManager;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.encoder.network.Tensor;
import io.sketchstream.encoder.network.Weights;
import io.sketchstream.trainer.data.Example;
import io.sketchstream.trainer.data.PictureReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;

/// Computes features of unaugmented pictures with a pretrained trunk.
///
/// **Threads:** one. **Owns:** native memory, until [#close].
final class FeatureExtractor implements AutoCloseable {
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
    return rows(examples, trunk.network().dimension(), UnaryOperator.identity());
  }

  /// Features after a linear map, one row per picture.
  float[] embeddings(List<Example> examples, LinearMap map) {
    return rows(examples, map.outputs(), map::applyAll);
  }

  private float[] rows(List<Example> examples, int width, UnaryOperator<float[]> ofFeatures) {
    float[] rows = new float[examples.size() * width];
    Pixels.forEachBatch(
        examples,
        reader,
        size,
        (from, count, pixels) -> {
          try (NDManager manager = trunk.manager().newSubManager()) {
            float[] features = trunk.forward(manager, pixels, count, size).toFloatArray();
            System.arraycopy(ofFeatures.apply(features), 0, rows, from * width, count * width);
          }
          progress.phase("start", from + count, examples.size());
        });
    return rows;
  }

  @Override
  public void close() {
    trunk.close();
  }
}
