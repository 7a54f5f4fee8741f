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

  /// Enough to enlarge, or to halve nearly: what photos need. Then no loop over them is needed.
  private static final int FEW_TAPS = 4;

  private final Taps columns;
  private final Taps rows;
  private final int channels;

  /// @param columns which source columns make each column of the result
  /// @param rows which source rows make each row of the result
  /// @param channels bytes of a pixel
  Resampler(Taps columns, Taps rows, int channels) {
    this.columns = columns;
    this.rows = rows;
    this.channels = channels;
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
      int count = Math.min(length, Math.max(FEW_TAPS, (int) (2 * radius) + 1));
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
            exact[j - first[i]] = weight;
            inside += weight;
          } else if (beyond) {
            white += weight;
          }
        }
        outside[i] = round(exact, inside + white, white, weights, i * count);
      }
      return new Taps(first, weights, count, outside);
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

  /// @param source rows of `width * channels` bytes
  byte[] scale(byte[] source, int width, int height) {
    int resultWidth = columns.first().length;
    int resultHeight = rows.first().length;
    int[] sums = new int[width * channels];
    // Of a very wide image many rows would take more memory than the image.
    boolean keep = rows.count() == FEW_TAPS;
    int[][] widened = new int[keep ? FEW_TAPS : 0][sums.length];
    int widenedTo = 0;
    byte[] result = new byte[resultHeight * resultWidth * channels];
    for (int y = 0; y < resultHeight; y++) {
      int end = rows.first()[y] + rows.count();
      for (int row = Math.max(widenedTo, rows.first()[y]); keep && row < end; row++) {
        widen(source, row * sums.length, widened[row % FEW_TAPS]);
      }
      widenedTo = end;
      Arrays.fill(sums, ROW_HALF + rows.outside()[y] * WHITE);
      for (int j = 0; j < rows.count(); j++) {
        int weight = rows.weights()[y * rows.count() + j];
        int row = rows.first()[y] + j;
        if (keep) {
          add(widened[row % FEW_TAPS], weight, sums);
        } else if (weight != 0) {
          add(source, row * sums.length, weight, sums);
        }
      }
      shift(sums);
      if (channels == 1) {
        columnsOfOne(sums, result, y * resultWidth);
      } else if (columns.count() == FEW_TAPS) {
        fewColumnsOfThree(sums, result, y * resultWidth * 3);
      } else {
        columnsOfThree(sums, result, y * resultWidth * 3);
      }
    }
    return result;
  }

  private static void widen(byte[] source, int from, int[] row) {
    for (int i = 0; i < row.length; i++) {
      row[i] = source[from + i] & 0xff;
    }
  }

  private static void add(int[] row, int weight, int[] sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += row[i] * weight;
    }
  }

  private static void add(byte[] row, int from, int weight, int[] sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += (row[from + i] & 0xff) * weight;
    }
  }

  private static void shift(int[] sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] >>= ROW_SHIFT;
    }
  }

  private void columnsOfThree(int[] row, byte[] target, int targetRow) {
    int[] first = columns.first();
    int[] weights = columns.weights();
    int count = columns.count();
    int to = targetRow;
    for (int x = 0; x < first.length; x++) {
      int start = start(x);
      int blue = start;
      int green = start;
      int red = start;
      int from = first[x] * 3;
      for (int j = x * count; j < (x + 1) * count; j++) {
        int weight = weights[j];
        blue += row[from] * weight;
        green += row[from + 1] * weight;
        red += row[from + 2] * weight;
        from += 3;
      }
      target[to] = (byte) (blue >> COLUMN_SHIFT);
      target[to + 1] = (byte) (green >> COLUMN_SHIFT);
      target[to + 2] = (byte) (red >> COLUMN_SHIFT);
      to += 3;
    }
  }

  private void fewColumnsOfThree(int[] row, byte[] target, int targetRow) {
    int[] first = columns.first();
    int[] weights = columns.weights();
    int to = targetRow;
    for (int x = 0; x < first.length; x++) {
      int from = first[x] * 3;
      int start = start(x);
      int a = weights[FEW_TAPS * x];
      int b = weights[FEW_TAPS * x + 1];
      int c = weights[FEW_TAPS * x + 2];
      int d = weights[FEW_TAPS * x + 3];
      int blue = row[from] * a + row[from + 3] * b + row[from + 6] * c + row[from + 9] * d;
      int green = row[from + 1] * a + row[from + 4] * b + row[from + 7] * c + row[from + 10] * d;
      int red = row[from + 2] * a + row[from + 5] * b + row[from + 8] * c + row[from + 11] * d;
      target[to] = (byte) (start + blue >> COLUMN_SHIFT);
      target[to + 1] = (byte) (start + green >> COLUMN_SHIFT);
      target[to + 2] = (byte) (start + red >> COLUMN_SHIFT);
      to += 3;
    }
  }

  private void columnsOfOne(int[] row, byte[] target, int targetRow) {
    int count = columns.count();
    for (int x = 0; x < columns.first().length; x++) {
      int sum = start(x);
      int from = columns.first()[x];
      for (int j = 0; j < count; j++) {
        sum += row[from + j] * columns.weights()[x * count + j];
      }
      target[targetRow + x] = (byte) (sum >> COLUMN_SHIFT);
    }
  }

  private int start(int x) {
    return COLUMN_HALF + (columns.outside()[x] * WHITE << KEPT_BITS);
  }
}
