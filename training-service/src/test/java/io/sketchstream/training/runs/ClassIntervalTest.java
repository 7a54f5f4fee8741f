package io.sketchstream.training.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class ClassIntervalTest {
  /// Of any statistics book.
  @Test
  void usesTheQuantilesOfStudentsT() {
    assertEquals(6.314, ClassInterval.quantile(.95, 1), 1e-3);
    assertEquals(2.353, ClassInterval.quantile(.95, 3), 1e-3);
    assertEquals(1.638, ClassInterval.quantile(.9, 3), 1e-3);
    assertEquals(1.415, ClassInterval.quantile(.9, 7), 1e-3);
    assertEquals(2.093, ClassInterval.quantile(.975, 19), 1e-3);
    assertEquals(1.282, ClassInterval.quantile(.9, 1000), 1e-3);
  }

  @Test
  void needsMoreThanOneClass() {
    assertEquals(Double.NEGATIVE_INFINITY, ClassInterval.of(new double[] {.5}, .9).low());
  }

  /// The chance of promotion, simulated. Held out are four sketches of each class (a fifth of
  /// twenty); the gain of a class differs from the true gain by .02 and 40% of it, that of a sketch
  /// from its class's by .2.
  @Test
  void promotesTrueGainsAndFewOthers() {
    double[][] chances = new double[3][];
    int[] classes = {4, 8, 20};
    double[] gains = {0, .05, .1, .2};
    for (int c = 0; c < classes.length; c++) {
      chances[c] = new double[gains.length];
      for (int g = 0; g < gains.length; g++) {
        chances[c][g] = chanceOfPromotion(classes[c], gains[g], new Random(7));
      }
    }
    for (double[] row : chances) {
      assertTrue(row[0] < .15, "a gain of 0 is promoted too often: " + row[0]);
    }
    assertTrue(chances[0][3] > .8, "4 classes, .2: " + chances[0][3]);
    assertTrue(chances[1][2] > .75, "8 classes, .1: " + chances[1][2]);
    assertTrue(chances[2][1] > .7, "20 classes, .05: " + chances[2][1]);
    assertTrue(chances[2][2] > .95, "20 classes, .1: " + chances[2][2]);
  }

  private static double chanceOfPromotion(int classes, double gain, Random random) {
    int trials = 400;
    int promoted = 0;
    for (int trial = 0; trial < trials; trial++) {
      double[] gains = new double[classes];
      for (int c = 0; c < classes; c++) {
        double ofClass = gain + (.02 + .4 * gain) * random.nextGaussian();
        gains[c] = ofClass + .2 / Math.sqrt(4) * random.nextGaussian();
      }
      promoted += ClassInterval.of(gains, .9).low() > 0 ? 1 : 0;
    }
    return (double) promoted / trials;
  }
}
