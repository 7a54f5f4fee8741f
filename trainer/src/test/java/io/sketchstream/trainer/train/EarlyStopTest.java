package io.sketchstream.trainer.train;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EarlyStopTest {
  private static final Map<String, Double> WEIGHTS = Map.of("quadruplet", 1.0, "preservation", 2.0);

  /// The loss that is minimised stays far above 0 where a teacher is never sure.
  private static List<TrainingStep> steps(double... left) {
    List<TrainingStep> steps = new ArrayList<>();
    for (double loss : left) {
      var losses = new LinkedHashMap<>(Map.of("quadruplet", loss / 2, "preservation", loss / 4));
      steps.add(new TrainingStep(steps.size() + 1, 6 + loss, losses, 1e-4, 1, 1));
    }
    return steps;
  }

  private static double[] falling(int iterations, double to) {
    double[] left = new double[iterations];
    for (int i = 0; i < iterations; i++) {
      left[i] = Math.max(to, 2 - .1 * i);
    }
    return left;
  }

  @Test
  void stopsAfterTwentyConvergedBatchesInARow() {
    EarlyStop stop = new EarlyStop(WEIGHTS);
    assertFalse(stop.isDue(steps(falling(39, .01))));
    assertTrue(stop.isDue(steps(falling(60, .01))));
  }

  @Test
  void continuesWhileALossRemains() {
    EarlyStop stop = new EarlyStop(WEIGHTS);
    assertFalse(stop.isDue(steps(falling(500, .1))));
    double[] oneIsHard = falling(60, .01);
    oneIsHard[50] = .5;
    assertFalse(stop.isDue(steps(oneIsHard)));
  }

  @Test
  void needsMoreThanAFewBatches() {
    assertFalse(new EarlyStop(WEIGHTS).isDue(steps(new double[24])));
  }
}
