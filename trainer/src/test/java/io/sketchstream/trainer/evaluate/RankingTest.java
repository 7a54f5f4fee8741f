package io.sketchstream.trainer.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Metrics against values counted by hand, ties among them.
class RankingTest {
  private static final double EXACT = 1e-12;

  @Test
  void computesAveragePrecisionWithoutTies() {
    // Right, wrong, right, wrong, right.
    Ranking ranking = ranking(new float[] {.9f, .8f, .7f, .6f, -.5f}, 1, 0, 1, 0, 1);
    assertEquals((1 + 2 / 3.0 + 3 / 5.0) / 3, ranking.averagePrecision(), EXACT);
    assertEquals(2 / 3.0, ranking.precisionAt(3), EXACT);
    assertEquals(1, ranking.precisionAt(1), EXACT);
    assertEquals(3 / 5.0, ranking.precisionAt(100), EXACT);
    assertEquals(3, ranking.relevant());
  }

  @Test
  void dividesAtCutOffsStrictlyOrLeniently() {
    Ranking ranking = ranking(new float[] {.9f, .8f, .7f, .6f, .5f}, 1, 0, 0, 1, 1);
    assertEquals(1 / 2.0, ranking.averagePrecisionStrict(2), EXACT);
    assertEquals(1, ranking.averagePrecisionLenient(2), EXACT);
    assertEquals((1 + 2 / 4.0) / 3, ranking.averagePrecisionStrict(4), EXACT);
    assertEquals((1 + 2 / 4.0) / 2, ranking.averagePrecisionLenient(4), EXACT);
  }

  @Test
  void tiesNegativeZeroWithZero() {
    Ranking ranking = ranking(new float[] {-0f, 0f}, 0, 1);
    assertEquals(.5, ranking.precisionAt(1), EXACT);
  }

  @Test
  void averagesATieOfOneRightAndOneWrong() {
    Ranking ranking = ranking(new float[] {1, 1}, 0, 1);
    assertEquals((1 + .5) / 2, ranking.averagePrecision(), EXACT);
    assertEquals(.5, ranking.precisionAt(1), EXACT);
  }

  @Test
  void isZeroWhenNothingIsRight() {
    Ranking ranking = ranking(new float[] {1, .5f}, 0, 0);
    assertEquals(0, ranking.averagePrecision(), EXACT);
    assertEquals(0, ranking.averagePrecisionStrict(200), EXACT);
    assertEquals(0, ranking.averagePrecisionLenient(200), EXACT);
  }

  @Test
  void averagesTiesOverAllOrders() {
    long seed = 3;
    Random random = new Random(seed);
    for (int round = 0; round < 20; round++) {
      float[] similarities = new float[6];
      int[] labels = new int[6];
      for (int i = 0; i < 6; i++) {
        similarities[i] = random.nextInt(3);
        labels[i] = random.nextInt(2);
      }
      Ranking ranking = Ranking.of(similarities, labels, 1);
      List<List<Integer>> orders = new ArrayList<>();
      permutations(new ArrayList<>(List.of(0, 1, 2, 3, 4, 5)), 0, orders);
      double sumAverage = 0;
      double sumStrict = 0;
      double sumPrecision = 0;
      int allowed = 0;
      for (List<Integer> order : orders) {
        if (falling(order, similarities)) {
          allowed++;
          sumAverage += slowAverage(order, labels, 6, ranking.relevant());
          sumStrict += slowAverage(order, labels, 3, Math.min(3, ranking.relevant()));
          sumPrecision += order.subList(0, 3).stream().filter(i -> labels[i] == 1).count() / 3.0;
        }
      }
      String message = "seed " + seed + ", round " + round;
      assertEquals(sumAverage / allowed, ranking.averagePrecision(), 1e-9, message);
      assertEquals(sumStrict / allowed, ranking.averagePrecisionStrict(3), 1e-9, message);
      assertEquals(sumPrecision / allowed, ranking.precisionAt(3), 1e-9, message);
    }
  }

  private static boolean falling(List<Integer> order, float[] similarities) {
    for (int i = 1; i < order.size(); i++) {
      if (similarities[order.get(i)] > similarities[order.get(i - 1)]) {
        return false;
      }
    }
    return true;
  }

  private static double slowAverage(List<Integer> order, int[] labels, int k, int divisor) {
    double sum = 0;
    int hits = 0;
    for (int rank = 1; rank <= k; rank++) {
      if (labels[order.get(rank - 1)] == 1) {
        hits++;
        sum += (double) hits / rank;
      }
    }
    return divisor == 0 ? 0 : sum / divisor;
  }

  private static void permutations(List<Integer> items, int from, List<List<Integer>> into) {
    if (from == items.size()) {
      into.add(List.copyOf(items));
      return;
    }
    for (int i = from; i < items.size(); i++) {
      Collections.swap(items, from, i);
      permutations(items, from + 1, into);
      Collections.swap(items, from, i);
    }
  }

  private static Ranking ranking(float[] similarities, int... labels) {
    return Ranking.of(similarities, labels, 1);
  }
}
