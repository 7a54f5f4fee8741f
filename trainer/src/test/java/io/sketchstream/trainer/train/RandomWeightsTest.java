package io.sketchstream.trainer.train;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.encoder.network.Network;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RandomWeightsTest extends TrainerFixture {
  /// Sums of residual blocks that grow from block to block drown what tells pictures apart.
  @Test
  void aRandomResidualNetworkTellsPicturesApart() throws Exception {
    Network network = Network.named("resnet50");
    TrainingConfig config = repeatedBatch(Recipe.TURSUN2022.config(), 1);
    Initialization start =
        Trainer.prepare(
                config,
                knowing(5),
                RandomWeights.of(network, 3),
                Optional.empty(),
                TrainingProgress.SILENT)
            .start();
    List<float[]> units = pictures.photos().stream().map(start::unit).toList();
    double sum = 0;
    for (float[] unit : units) {
      for (float[] other : units) {
        sum += dot(unit, other);
      }
    }
    double cosine = (sum - units.size()) / (units.size() * (units.size() - 1));
    assertTrue(cosine < .7, () -> "the mean cosine of two photos is " + cosine);
    float[] embedding = start.weights().get(Network.EMBEDDING_WEIGHT).values();
    double size = Math.sqrt(dot(embedding, embedding) / embedding.length);
    assertTrue(size > 1e-3, () -> "weights of the embedding are about " + size);
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
