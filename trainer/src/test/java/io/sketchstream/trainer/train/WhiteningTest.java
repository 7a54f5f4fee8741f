package io.sketchstream.trainer.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.encoder.network.Network;
import io.sketchstream.encoder.network.Tensor;
import io.sketchstream.encoder.network.Weights;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

class WhiteningTest {
  private static final int WIDTH = 4;
  private static final int DIMENSION = 3;
  private static final int COUNT = 500;

  private final Random random = new Random(5);
  private final Weights weights = weights();

  private Weights weights() {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(
        Network.EMBEDDING_WEIGHT,
        new Tensor(List.of(DIMENSION, WIDTH), gaussian(DIMENSION * WIDTH)));
    tensors.put(Network.EMBEDDING_BIAS, new Tensor(List.of(DIMENSION), gaussian(DIMENSION)));
    return new Weights(tensors);
  }

  private float[] gaussian(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /// What the embedding makes of features.
  private static float[] embed(Weights weights, float[] features) {
    return new LinearMap(
            weights.get(Network.EMBEDDING_WEIGHT).values(),
            weights.get(Network.EMBEDDING_BIAS).values())
        .apply(features);
  }

  /// Embeddings that differ most along one direction, about a mean.
  private float[] rows(float mean) {
    float[] rows = gaussian(COUNT * DIMENSION);
    for (int i = 0; i < rows.length; i += DIMENSION) {
      float common = 5 * (float) random.nextGaussian();
      for (int d = 0; d < DIMENSION; d++) {
        rows[i + d] = mean + rows[i + d] + common;
      }
    }
    return rows;
  }

  /// The same linear map on embedded features and in the embedding itself.
  private static float[] mapped(Weights identity, float[] rows, float[] sketches, float[] photos) {
    Weights white = Whitening.of(identity, sketches, photos, .5);
    float[] mapped = new float[rows.length];
    for (int i = 0; i < rows.length; i += DIMENSION) {
      float[] row = Arrays.copyOfRange(rows, i, i + DIMENSION);
      System.arraycopy(embed(white, row), 0, mapped, i, DIMENSION);
    }
    return mapped;
  }

  @Test
  void evensOutTheVarianceOfAllDirections() {
    float[] sketches = rows(2);
    float[] photos = rows(-1);
    SequencedMap<String, Tensor> identity = new LinkedHashMap<>();
    identity.put(
        Network.EMBEDDING_WEIGHT,
        new Tensor(List.of(DIMENSION, DIMENSION), new float[] {1, 0, 0, 0, 1, 0, 0, 0, 1}));
    identity.put(Network.EMBEDDING_BIAS, new Tensor(List.of(DIMENSION), new float[DIMENSION]));

    float[] white = mapped(new Weights(identity), photos, sketches, photos);

    double common = variance(photos, new double[] {1, 1, 1});
    double rare = variance(photos, new double[] {1, -1, 0});
    assertTrue(common > 40 * rare, common + " and " + rare);
    double commonAfter = variance(white, new double[] {1, 1, 1});
    double rareAfter = variance(white, new double[] {1, -1, 0});
    assertEquals(commonAfter, rareAfter, .4 * commonAfter);
  }

  private static double variance(float[] rows, double[] direction) {
    double sum = 0;
    double squares = 0;
    double length = 0;
    for (double value : direction) {
      length += value * value;
    }
    for (int i = 0; i < rows.length; i += DIMENSION) {
      double along = 0;
      for (int d = 0; d < DIMENSION; d++) {
        along += rows[i + d] * direction[d] / Math.sqrt(length);
      }
      sum += along;
      squares += along * along;
    }
    return squares / COUNT - sum / COUNT * sum / COUNT;
  }

  @Test
  void noPowerChangesNothing() {
    float[] features = gaussian(WIDTH);
    Weights same = Whitening.of(weights, rows(1), rows(0), 0);
    assertArrayEquals(embed(weights, features), embed(same, features), 1e-4f);
  }

  @Test
  void embeddingsThatAreAllTheSameStayAsTheyAre() {
    float[] features = gaussian(WIDTH);
    Weights same = Whitening.of(weights, new float[COUNT * DIMENSION], new float[DIMENSION], .5);
    assertArrayEquals(embed(weights, features), embed(same, features), 1e-4f);
  }
}
