package io.sketchstream.benchmarks.pipeline;

import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.ModelInput;
import io.sketchstream.encoder.ModelManifest.Origin;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.encoder.network.Tensor;
import io.sketchstream.encoder.network.Weights;
import io.sketchstream.trainer.train.RandomWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// A model for measuring cost: a network with random weights, 224-pixel input and 512-d output, as
/// in Tursun et al. (2022).
///
/// **Owns:** its directory, until [#close].
///
/// @param directory empty text for no model
public record RandomModel(String directory) implements AutoCloseable {
  private static final int INPUT_SIZE = 224;
  private static final int DIMENSION = 512;
  private static final long SEED = 1;

  /// @param network as in a manifest, such as `resnet50`; empty text for no model
  public static RandomModel of(String network) throws IOException, BrokenModelException {
    if (network.isEmpty()) {
      return new RandomModel("");
    }
    Network named = Network.named(network);
    Path directory = Files.createTempDirectory("sketchstream-random-model-");
    ModelArtifact.write(
        directory,
        named,
        RandomWeights.of(named, SEED)
            .with(Network.EMBEDDING_WEIGHT, head(named))
            .with(Network.EMBEDDING_BIAS, new Tensor(List.of(DIMENSION), new float[DIMENSION])),
        Weights.Storage.FP16,
        ModelInput.ofSize(INPUT_SIZE),
        new Origin(SEED, "random weights", Map.of(), Map.of(), "a benchmark"));
    return new RandomModel(directory.toString());
  }

  private static Tensor head(Network network) {
    Random random = new Random(SEED);
    float[] values = new float[DIMENSION * network.dimension()];
    double deviation = 1 / Math.sqrt(network.dimension());
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * deviation);
    }
    return new Tensor(List.of(DIMENSION, network.dimension()), values);
  }

  @Override
  public void close() throws IOException {
    if (directory.isEmpty()) {
      return;
    }
    for (String name : List.of(ModelArtifact.WEIGHTS, ModelArtifact.MANIFEST)) {
      Files.deleteIfExists(Path.of(directory, name));
    }
    Files.delete(Path.of(directory));
  }
}
