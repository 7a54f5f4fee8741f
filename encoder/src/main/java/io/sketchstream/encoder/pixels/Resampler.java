package io.sketchstream.encoder.pixels;

import java.util.Arrays;

/// Scales along one axis after the other with a triangle filter: bilinear where it enlarges, a
/// weighted average over all covered pixels where it shrinks. In whole numbers, so that every
/// machine makes the same bytes. Rows first: their sums run along memory, where the JIT compiler
/// uses vector instructions (between `int`s; it has none that widen bytes, so each row is widened
/// once), and fewer rows are left for the columns.
final class Resampler {
  private static final int FRACTION_BITS = 15;
  private static final int ONE = 1 << FRACTION_BITS;

  /// Bits that a pixel keeps between the two axes beyond its eight, so that it is rounded once.
  private static final int KEPT_BITS = 7;

  private static final int ROW_SHIFT = FRACTION_BITS - KEPT_BITS;
  private static final int COLUMN_SHIFT = FRACTION_BITS + KEPT_BITS;
  private static final int ROW_HALF = 1 << (ROW_SHIFT - 1);
  private static final int COLUMN_HALF = 1 << (COLUMN_SHIFT - 1);
  private static final int WHITE = 255;

  /// What enlarging needs.
  private static final int TWO_TAPS = 2;

  /// Enough to halve nearly. Up to here, which is what photos need, there is no loop over them.
  private static final int FOUR_TAPS = 4;

  private final Taps columns;
  private final Taps rows;
  private final Channels channels;

  /// @param columns which source columns make each column of the result
  /// @param rows which source rows make each row of the result
  Resampler(Taps columns, Taps rows, Channels channels) {
    this.columns = columns;
    this.rows = rows;
    this.channels = channels;
  }

  /// What a pixel is made of.
  enum Channels {
    ONE(1),
    THREE(3),
    /// The first and the third change places on the way: blue first becomes red first.
    THREE_REVERSED(3);

    private final int bytes;

    Channels(int bytes) {
      this.bytes = bytes;
    }
  }

  /// The weights of one axis.
  ///
  /// @param first first source place of each result place
  /// @param weights per result place, as many as `count`
  /// @param outside weight of what lies beyond the image, which is white
  @SuppressWarnings("ArrayRecordComponent") // Short-lived, never compared.
  record Taps(int[] first, int[] weights, int count, int[] outside) {
    /// Scales the stretch from `from` to `to`, in source pixels, to `size` pixels.
    ///
    /// @param length of the source
    static Taps of(double from, double to, int length, int size) {
      double scale = (to - from) / size;
      double radius = Math.max(scale, 1);
      int count = Math.min(length, count(radius));
      int[] first = new int[size];
      int[] weights = new int[size * count];
      int[] outside = new int[size];
      boolean beyond = from < 0 || to > length;
      for (int i = 0; i < size; i++) {
        double centre = from + (i + 0.5) * scale;
        int start = (int) Math.ceil(centre - radius - 0.5);
        int end = (int) Math.floor(centre + radius - 0.5);
        first[i] = Math.max(0, Math.min(start, length - count));
        double[] exact = new double[count];
        double inside = 0;
        double white = 0;
        for (int j = start; j <= end; j++) {
          double weight = 1 - Math.abs(j + 0.5 - centre) / radius;
          if (j >= 0 && j < length) {
            if (j - first[i] < count) { // Else it has no weight, but for what rounding left.
              exact[j - first[i]] = weight;
            }
            inside += weight;
          } else if (beyond) {
            white += weight;
          }
        }
        outside[i] = round(exact, inside + white, white, weights, i * count);
      }
      return new Taps(first, weights, count, outside);
    }

    private static int count(double radius) {
      return radius == 1 ? TWO_TAPS : Math.max(FOUR_TAPS, (int) (2 * radius) + 1);
    }

    /// Whole-number weights whose sum is exactly one; returns the rest, of what is outside.
    private static int round(double[] exact, double sum, double white, int[] weights, int at) {
      int rest = ONE;
      int largest = 0;
      for (int j = 0; j < exact.length; j++) {
        weights[at + j] = (int) Math.round(exact[j] / sum * ONE);
        rest -= weights[at + j];
        if (exact[j] > exact[largest]) {
          largest = j;
        }
      }
      if (white > 0) {
        return Math.max(0, rest);
      }
      weights[at + largest] += rest;
      return 0;
    }
  }

  /// @param source rows of `width` pixels
  byte[] scale(byte[] source, int width, int height) {
    int resultWidth = columns.first().length;
    int resultHeight = rows.first().length;
    int[] sums = new int[width * channels.bytes];
    // Of a very wide image many rows would take more memory than the image.
    boolean few = rows.count() == TWO_TAPS || rows.count() == FOUR_TAPS;
    int[][] widened = new int[few ? rows.count() : 0][sums.length];
    int widenedTo = 0;
    byte[] result = new byte[resultHeight * resultWidth * channels.bytes];
    for (int y = 0; y < resultHeight; y++) {
      if (few) {
        int end = rows.first()[y] + rows.count();
        for (int row = Math.max(widenedTo, rows.first()[y]); row < end; row++) {
          widen(source, row * sums.length, widened[row % widened.length]);
        }
        widenedTo = end;
        fewRows(widened, y, sums);
      } else {
        manyRows(source, y, sums);
      }
      int to = y * resultWidth * channels.bytes;
      if (channels == Channels.ONE) {
        columnsOfOne(sums, result, to);
      } else if (columns.count() == TWO_TAPS) {
        twoColumnsOfThree(sums, result, to);
      } else if (columns.count() == FOUR_TAPS) {
        fourColumnsOfThree(sums, result, to);
      } else {
        columnsOfThree(sums, result, to);
      }
    }
    return result;
  }

  private static void widen(byte[] source, int from, int[] row) {
    for (int i = 0; i < row.length; i++) {
      row[i] = source[from + i] & 0xff;
    }
  }

  private void fewRows(int[][] widened, int y, int[] sums) {
    int first = rows.first()[y];
    int[] weights = rows.weights();
    int start = rowStart(y);
    if (rows.count() == TWO_TAPS) {
      blend(
          widened[first % TWO_TAPS],
          weights[TWO_TAPS * y],
          widened[(first + 1) % TWO_TAPS],
          weights[TWO_TAPS * y + 1],
          start,
          sums);
    } else {
      int at = FOUR_TAPS * y;
      blend(
          widened[first % FOUR_TAPS],
          weights[at],
          widened[(first + 1) % FOUR_TAPS],
          weights[at + 1],
          widened[(first + 2) % FOUR_TAPS],
          weights[at + 2],
          widened[(first + 3) % FOUR_TAPS],
          weights[at + 3],
          start,
          sums);
    }
  }

  private static void blend(int[] a, int ofA, int[] b, int ofB, int start, int[] sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] = (start + a[i] * ofA + b[i] * ofB) >> ROW_SHIFT;
    }
  }

  @SuppressWarnings("TooManyParameters") // One loop over all of them is a quarter of the work.
  private static void blend(
      int[] a,
      int ofA,
      int[] b,
      int ofB,
      int[] c,
      int ofC,
      int[] d,
      int ofD,
      int start,
      int[] sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] = (start + a[i] * ofA + b[i] * ofB + c[i] * ofC + d[i] * ofD) >> ROW_SHIFT;
    }
  }

  private void manyRows(byte[] source, int y, int[] sums) {
    Arrays.fill(sums, rowStart(y));
    for (int j = 0; j < rows.count(); j++) {
      int weight = rows.weights()[y * rows.count() + j];
      if (weight != 0) {
        add(source, (rows.first()[y] + j) * sums.length, weight, sums);
      }
    }
    for (int i = 0; i < sums.length; i++) {
      sums[i] >>= ROW_SHIFT;
    }
  }

  private static void add(byte[] row, int from, int weight, int[] sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += (row[from + i] & 0xff) * weight;
    }
  }

  private int rowStart(int y) {
    return ROW_HALF + rows.outside()[y] * WHITE;
  }

  private void columnsOfThree(int[] row, byte[] target, int targetRow) {
    int[] first = columns.first();
    int[] weights = columns.weights();
    int count = columns.count();
    int third = channels == Channels.THREE ? 2 : 0;
    int to = targetRow;
    for (int x = 0; x < first.length; x++) {
      int start = columnStart(x);
      int one = start;
      int two = start;
      int three = start;
      int from = first[x] * 3;
      for (int j = x * count; j < (x + 1) * count; j++) {
        int weight = weights[j];
        one += row[from] * weight;
        two += row[from + 1] * weight;
        three += row[from + 2] * weight;
        from += 3;
      }
      target[to + 2 - third] = (byte) (one >> COLUMN_SHIFT);
      target[to + 1] = (byte) (two >> COLUMN_SHIFT);
      target[to + third] = (byte) (three >> COLUMN_SHIFT);
      to += 3;
    }
  }

  private void twoColumnsOfThree(int[] row, byte[] target, int targetRow) {
    int[] first = columns.first();
    int[] weights = columns.weights();
    int third = channels == Channels.THREE ? 2 : 0;
    int to = targetRow;
    for (int x = 0; x < first.length; x++) {
      int from = first[x] * 3;
      int start = columnStart(x);
      int a = weights[TWO_TAPS * x];
      int b = weights[TWO_TAPS * x + 1];
      target[to + 2 - third] = (byte) (start + row[from] * a + row[from + 3] * b >> COLUMN_SHIFT);
      target[to + 1] = (byte) (start + row[from + 1] * a + row[from + 4] * b >> COLUMN_SHIFT);
      target[to + third] = (byte) (start + row[from + 2] * a + row[from + 5] * b >> COLUMN_SHIFT);
      to += 3;
    }
  }

  private void fourColumnsOfThree(int[] row, byte[] target, int targetRow) {
    int[] first = columns.first();
    int[] weights = columns.weights();
    int third = channels == Channels.THREE ? 2 : 0;
    int to = targetRow;
    for (int x = 0; x < first.length; x++) {
      int from = first[x] * 3;
      int start = columnStart(x);
      int a = weights[FOUR_TAPS * x];
      int b = weights[FOUR_TAPS * x + 1];
      int c = weights[FOUR_TAPS * x + 2];
      int d = weights[FOUR_TAPS * x + 3];
      int one = row[from] * a + row[from + 3] * b + row[from + 6] * c + row[from + 9] * d;
      int two = row[from + 1] * a + row[from + 4] * b + row[from + 7] * c + row[from + 10] * d;
      int three = row[from + 2] * a + row[from + 5] * b + row[from + 8] * c + row[from + 11] * d;
      target[to + 2 - third] = (byte) (start + one >> COLUMN_SHIFT);
      target[to + 1] = (byte) (start + two >> COLUMN_SHIFT);
      target[to + third] = (byte) (start + three >> COLUMN_SHIFT);
      to += 3;
    }
  }

  private void columnsOfOne(int[] row, byte[] target, int targetRow) {
    int count = columns.count();
    for (int x = 0; x < columns.first().length; x++) {
      int sum = columnStart(x);
      int from = columns.first()[x];
      for (int j = 0; j < count; j++) {
        sum += row[from + j] * columns.weights()[x * count + j];
      }
      target[targetRow + x] = (byte) (sum >> COLUMN_SHIFT);
    }
  }

  private int columnStart(int x) {
    return COLUMN_HALF + (columns.outside()[x] * WHITE << KEPT_BITS);
  }
}
