package io.sketchstream.score;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class StandoutTest {
  /// Median 0, 16th percentile -.68.
  private static final float[] EVEN = evenly(-1, 1, 201);

  @Test
  void measuresFromTheMedianInWidthsBelowIt() {
    Standout standout = Standout.of(1.36f, EVEN, 1000).orElseThrow();
    assertEquals(2, standout.deviations(), 1e-4);
    // The limit for 1,000 photos is .5 ln 1000, 3.45.
    assertTrue(standout.nothingFits());
    assertFalse(Standout.of(.68f * 3.5f, EVEN, 1000).orElseThrow().nothingFits());
  }

  @Test
  void requiresMoreInALargerGallery() {
    float best = .68f * 3;
    assertFalse(Standout.of(best, EVEN, 300).orElseThrow().nothingFits());
    assertTrue(Standout.of(best, EVEN, 1_000_000).orElseThrow().nothingFits());
  }

  /// A fifth of the sample fits perfectly, and hardly moves the limit.
  @Test
  void isHardlyAffectedByRightPhotosInTheSample() {
    float[] sample = EVEN.clone();
    for (int i = 0; i < 40; i++) {
      sample[200 - i] = 5;
    }
    float without = Standout.of(5, EVEN, 1000).orElseThrow().deviations();
    assertEquals(without, Standout.of(5, sample, 1000).orElseThrow().deviations(), .05);
  }

  /// The scale and the middle of a model's scores don't matter.
  @Test
  void isIndependentOfTheScale() {
    long seed = Long.getLong("tests.seed", 3);
    SplittableRandom random = new SplittableRandom(seed);
    float[] sample = new float[256];
    float[] scaled = new float[256];
    for (int i = 0; i < sample.length; i++) {
      sample[i] = (float) random.nextGaussian();
      scaled[i] = 7 * sample[i] - 40;
    }
    assertEquals(
        Standout.of(3, sample, 500).orElseThrow().deviations(),
        Standout.of(7 * 3 - 40, scaled, 500).orElseThrow().deviations(),
        1e-3,
        "seed " + seed);
  }

  @Test
  void isEmptyForAGalleryThatIsTooSmallOrUniform() {
    assertEquals(Optional.empty(), Standout.of(1, EVEN, 99));
    assertEquals(Optional.empty(), Standout.of(1, evenly(0, 1, 99), 1000));
    assertEquals(Optional.empty(), Standout.of(1, new float[200], 1000));
  }

  private static float[] evenly(float from, float to, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = from + (to - from) * i / (count - 1);
    }
    return values;
  }
}
