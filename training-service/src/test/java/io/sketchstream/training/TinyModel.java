package io.sketchstream.training;

import io.sketchstream.encoder.KnowledgeHead;
import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.ModelInput;
import io.sketchstream.encoder.ModelManifest;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.encoder.network.Tensor;
import io.sketchstream.encoder.network.Weights;
import io.sketchstream.trainer.train.RandomWeights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// A small network with random weights, and random knowledge of two classes.
public final class TinyModel {
  private static final int DIMENSION = 8;
  private static final int CLASSES = 2;
  private static final int INPUT_SIZE = 48;

  private TinyModel() {}

  /// Writes one; another seed is another model.
  public static Path write(Path directory, long seed) throws IOException, BrokenModelException {
    Network network = Network.named("mobilenet_v2");
    Random random = new Random(seed);
    float[] embedding = new float[DIMENSION * network.dimension()];
    for (int i = 0; i < embedding.length; i++) {
      embedding[i] = (float) random.nextGaussian();
    }
    Weights weights =
        RandomWeights.of(network, 3)
            .with(
                Network.EMBEDDING_WEIGHT,
                new Tensor(List.of(DIMENSION, network.dimension()), embedding))
            .with(Network.EMBEDDING_BIAS, new Tensor(List.of(DIMENSION), new float[DIMENSION]));
    ModelManifest.Origin origin =
        new ModelManifest.Origin(seed, "none", Map.of(), Map.of(), "a test");
    ModelArtifact _ =
        ModelArtifact.write(
            directory,
            network,
            knowledge(random).in(weights),
            Weights.Storage.FP16,
            ModelInput.ofSize(INPUT_SIZE),
            origin);
    return directory;
  }

  private static KnowledgeHead knowledge(Random random) {
    float[] weight = new float[CLASSES * DIMENSION];
    for (int i = 0; i < weight.length; i++) {
      weight[i] = (float) random.nextGaussian();
    }
    return new KnowledgeHead(
        new Tensor(List.of(CLASSES, DIMENSION), weight),
        new Tensor(List.of(CLASSES), new float[CLASSES]));
  }
}
