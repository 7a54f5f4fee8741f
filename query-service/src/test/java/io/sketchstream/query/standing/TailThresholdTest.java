package io.sketchstream.query.standing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class TailThresholdTest {
  private static final long SEED = Long.getLong("tests.seed", 42L);

  @Test
  void isTheQuantileWithinTheSample() {
    float[] scores = new float[1000];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = 1000 - i;
    }
    assertEquals(901, TailThreshold.of(scores, 10));
  }

  @Test
  void isEmptyForASmallGallery() {
    assertEquals(Float.POSITIVE_INFINITY, TailThreshold.of(new float[0], 100));
    assertEquals(Float.POSITIVE_INFINITY, TailThreshold.of(new float[19], 2));
  }

  /// About one in N, within a factor of four, though the sample has not that many.
  @Test
  void extrapolatesBeyondTheSample() {
    int oneIn = 20_000;
    for (int run = 0; run < 5; run++) {
      SplittableRandom random = new SplittableRandom(SEED + run);
      float[] sample = new float[4_000];
      for (int i = 0; i < sample.length; i++) {
        sample[i] = (float) random.nextGaussian();
      }
      float threshold = TailThreshold.of(sample, oneIn);
      int above = 0;
      for (int i = 0; i < 4_000_000; i++) {
        above += random.nextGaussian() >= threshold ? 1 : 0;
      }
      double expected = 4_000_000.0 / oneIn;
      assertTrue(
          above > expected / 4 && above < expected * 4,
          above + " above " + threshold + ", not about " + expected + ", seed " + (SEED + run));
    }
  }

  @Test
  void agreesWithTheNormalDistribution() {
    assertEquals(0.15866, NormalTail.exceeds(1), 1e-5);
    assertEquals(1.3499e-3, NormalTail.exceeds(3), 1e-7);
    assertEquals(3.7190, NormalTail.quantile(1e-4), 1e-4);
    assertEquals(0.6745, NormalTail.quantile(0.25), 1e-3);
  }

  /// A gallery that has what is drawn, once: it is a match all the same.
  @Test
  void isNotRaisedByOneIdenticalImage() {
    SplittableRandom random = new SplittableRandom(SEED);
    float[] scores = new float[40];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (float) (0.1 + 0.05 * random.nextGaussian());
    }
    scores[5] = 0.9f;
    float threshold = TailThreshold.of(scores, 1000);
    assertTrue(threshold < 0.8 && threshold > 0.2, "threshold " + threshold);
  }
}
