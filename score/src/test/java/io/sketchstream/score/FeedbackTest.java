package io.sketchstream.score;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.score.Feedback.Weights;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class FeedbackTest {
  private static final float[] QUERY = {1, 0};
  private static final float[] UP = {0, 1};
  private static final float[] DOWN = {0, -1};
  private static final float[][] NONE = {};
  private final Feedback feedback = new Feedback(Weights.defaults());

  /// (1, 0) + 1 * mean((0, 1), (1, 0)) - .5 * (0, -1) is (1.5, 1).
  @Test
  void addsTheMeanOfTheLikedAndSubtractsThatOfTheUnliked() {
    float[] moved =
        new Feedback(new Weights(1, .5f))
            .apply(QUERY, new float[][] {UP, QUERY}, new float[][] {DOWN})
            .orElseThrow();
    double length = Math.hypot(1.5, 1);
    assertArrayEquals(new float[] {(float) (1.5 / length), (float) (1 / length)}, moved, 1e-6f);
    assertArrayEquals(new float[] {1, 0}, QUERY);
  }

  @Test
  void changesNothingWithoutFeedbackOrADirection() {
    assertEquals(Optional.empty(), feedback.apply(QUERY, NONE, NONE));
    assertEquals(
        Optional.empty(),
        new Feedback(new Weights(0, 1)).apply(QUERY, NONE, new float[][] {QUERY}));
  }

  /// Whatever the vectors are, what is liked comes nearer, and what is not goes away.
  @Test
  void movesInTheRightDirection() {
    long seed = Long.getLong("tests.seed", 5);
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 200; round++) {
      int dimension = random.nextInt(2, 64);
      float[] query = unit(random, dimension);
      float[] image = unit(random, dimension);
      double before = dot(query, image);
      float[] towards = feedback.apply(query, new float[][] {image}, NONE).orElse(query);
      float[] away = feedback.apply(query, NONE, new float[][] {image}).orElse(query);
      String at = "seed " + seed + ", round " + round;
      assertTrue(dot(towards, image) >= before - 1e-6, at);
      assertTrue(dot(away, image) <= before + 1e-6, at);
      assertEquals(1, dot(towards, towards), 1e-5, at);
      assertEquals(1, dot(away, away), 1e-5, at);
    }
  }

  @Test
  void refusesInvalidWeightsAndDimensions() {
    assertThrows(
        IllegalArgumentException.class,
        () -> feedback.apply(QUERY, new float[][] {{1, 0, 0}}, NONE));
    assertThrows(IllegalArgumentException.class, () -> new Weights(-1, 0));
    assertThrows(IllegalArgumentException.class, () -> new Weights(1, Float.NaN));
  }

  private static float[] unit(SplittableRandom random, int dimension) {
    float[] vector = new float[dimension];
    for (int d = 0; d < dimension; d++) {
      vector[d] = (float) random.nextGaussian();
    }
    double length = Math.sqrt(dot(vector, vector));
    for (int d = 0; d < dimension; d++) {
      vector[d] /= (float) length;
    }
    return vector;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int d = 0; d < a.length; d++) {
      sum += (double) a[d] * b[d];
    }
    return sum;
  }
}
