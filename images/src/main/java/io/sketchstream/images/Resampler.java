package io.sketchstream.images;

import java.util.Arrays;

/// A separable triangle filter: bilinear interpolation when it enlarges, a weighted average over
/// all covered pixels when it shrinks. In fixed-point arithmetic, so that the result is the same on
/// every machine. Rows first: their sums run along memory, where the JIT compiler uses vector
/// instructions (between `int`s; it has none that widen bytes, so each row is widened once), and
/// fewer rows are left for the columns.
public final class Resampler {
  private static final int FRACTION_BITS = 15;
  static final int ONE = 1 << FRACTION_BITS;

  /// Extra bits of a pixel between the two passes, so that it is rounded once.
  private static final int KEPT_BITS = 7;

  private static final int ROW_SHIFT = FRACTION_BITS - KEPT_BITS;
  private static final int COLUMN_SHIFT = FRACTION_BITS + KEPT_BITS;
  private static final int ROW_HALF = 1 << (ROW_SHIFT - 1);
  private static final int COLUMN_HALF = 1 << (COLUMN_SHIFT - 1);
  private static final int WHITE = 255;

  /// Taps of an enlargement.
  static final int TWO_TAPS = 2;

  /// Enough to shrink by nearly half, which is what photos need; up to here the loop over taps is
  /// unrolled.
  static final int FOUR_TAPS = 4;

  private final Taps columns;
  private final Taps rows;
  private final Channels channels;

  /// @param columns which source columns make each column of the result
  /// @param rows which source rows make each row of the result
  public Resampler(Taps columns, Taps rows, Channels channels) {
    this.columns = columns;
    this.rows = rows;
    this.channels = channels;
  }

  /// The channels of a pixel.
  public enum Channels {
    ONE(1),
    THREE(3),
    /// Three, of which the first and the third are swapped: BGR becomes RGB.
    THREE_REVERSED(3);

    private final int bytes;

    Channels(int bytes) {
      this.bytes = bytes;
    }
  }

  /// @param source rows of `width` pixels
  public byte[] scale(byte[] source, int width, int height) {
    int resultWidth = columns.first().length;
    int resultHeight = rows.first().length;
    int[] sums = new int[width * channels.bytes];
    // For many taps, the widened rows of a wide image would take more memory than the image.
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
