package io.sketchstream.score;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HubnessTest {
  private static final long SEED = Long.getLong("tests.seed", 20261129);

  private static float[] units(Random random, int rows, int dimension) {
    float[] units = new float[rows * dimension];
    for (int row = 0; row < rows; row++) {
      double squares = 0;
      for (int i = row * dimension; i < (row + 1) * dimension; i++) {
        units[i] = (float) random.nextGaussian();
        squares += units[i] * units[i];
      }
      for (int i = row * dimension; i < (row + 1) * dimension; i++) {
        units[i] /= (float) Math.sqrt(squares);
      }
    }
    return units;
  }

  /// Eleven rows have a tenth of 1.1, which is two: (1 + .8) / 2.
  @Test
  void isTheMeanOfTheLargestTenthRoundedUp() {
    float[] bank = new float[22];
    for (int row = 0; row < 11; row++) {
      bank[2 * row + 1] = -1; // (0, -1): inner product 0
    }
    bank[6] = 1; // row 3: (1, 0)
    bank[7] = 0;
    bank[16] = 0.8f; // row 8: (.8, .6)
    bank[17] = 0.6f;
    assertEquals(0.9f, Hubness.ofBank(bank, 2).of(new float[] {1, 0}), 1e-6f);
  }

  @Test
  void usesOnlyTheLargestOfTenRowsOrFewer() {
    Hubness hubness = Hubness.ofBank(new float[] {1, 0, 0, 1, -1, 0}, 2);
    assertEquals(3, hubness.rows());
    assertEquals(0.8f, hubness.of(new float[] {0.6f, 0.8f}), 1e-6f);
    assertEquals(-0.6f, Hubness.ofBank(new float[] {1, 0}, 2).of(new float[] {-0.6f, 0}), 1e-6f);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "7, 3", "30, 4", "250, 33", "999, 62", "1000, 512"})
  void agreesWithTheSlowVersion(int rows, int dimension) {
    Random random = new Random(SEED);
    float[] bank = units(random, rows, dimension);
    Hubness hubness = Hubness.ofBank(bank, dimension);
    for (int photo = 0; photo < 5; photo++) {
      float[] x = units(random, 1, dimension);
      assertEquals(slow(bank, x), hubness.of(x), 1e-5, "seed " + SEED);
    }
  }

  private static double slow(float[] bank, float[] photo) {
    List<Double> products = new ArrayList<>();
    for (int row = 0; row < bank.length / photo.length; row++) {
      double product = 0;
      for (int d = 0; d < photo.length; d++) {
        product += (double) bank[row * photo.length + d] * photo[d];
      }
      products.add(product);
    }
    products.sort(Comparator.reverseOrder());
    return products.stream()
        .limit((products.size() + 9) / 10)
        .mapToDouble(Double::doubleValue)
        .average()
        .orElseThrow();
  }

  @Test
  void givesManyThreadsTheSameAnswers() {
    Random random = new Random(SEED);
    Hubness hubness = Hubness.ofBank(units(random, 300, 64), 64);
    float[][] photos =
        IntStream.range(0, 200).mapToObj(_ -> units(random, 1, 64)).toArray(float[][]::new);
    float[] alone = new float[photos.length];
    for (int i = 0; i < photos.length; i++) {
      alone[i] = hubness.of(photos[i]);
    }
    assertTrue(
        IntStream.range(0, photos.length)
            .parallel()
            .allMatch(i -> hubness.of(photos[i]) == alone[i]));
  }

  @Test
  void acceptsRowsStoredInSixteenBits() {
    float[] bank = units(new Random(SEED), 20, 16);
    for (int i = 0; i < bank.length; i++) {
      bank[i] = Float.float16ToFloat(Float.floatToFloat16(bank[i]));
    }
    assertEquals(20, Hubness.ofBank(bank, 16).rows());
  }

  @Test
  void isZeroForEveryPhotoWithoutABank() {
    assertEquals(0, Hubness.none().of(new float[] {1, 0}));
    assertEquals(0, Hubness.none().of(new float[] {1}));
    assertEquals(0, Hubness.none().rows());
  }

  private static void assertRefused(String reason, float[] bank, int dimension) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Hubness.ofBank(bank, dimension))
            .getMessage();
    assertTrue(message.contains(reason), message);
  }

  @Test
  void refusesDamagedBanks() {
    assertRefused("row 1 of the sketch bank has length 0.5000", new float[] {1, 0, 0, 0.5f}, 2);
    assertRefused("has length NaN", new float[] {1, Float.NaN}, 2);
    assertRefused("has length Infinity", new float[] {Float.POSITIVE_INFINITY, 0}, 2);
    assertRefused("has no rows of 2 dimensions", new float[] {1, 0, 1}, 2);
    assertRefused("has no rows", new float[0], 2);
    assertRefused("has no rows", new float[] {1}, 0);
    float[] tooMany = new float[1001];
    Arrays.fill(tooMany, 1);
    assertRefused("at most 1000 rows, not 1001", tooMany, 1);
  }

  @Test
  void refusesAPhotoOfAnotherDimension() {
    Hubness hubness = Hubness.ofBank(new float[] {1, 0}, 2);
    assertThrows(IllegalArgumentException.class, () -> hubness.of(new float[] {1, 0, 0}));
  }
}
