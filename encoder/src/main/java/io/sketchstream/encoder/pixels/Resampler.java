package io.sketchstream.encoder.pixels;

import java.util.Arrays;

/// Scales along one axis at a time with a triangle filter: bilinear where it enlarges, a weighted
/// average over all covered pixels where it shrinks. In whole numbers, so that every machine makes
/// the same bytes.
final class Resampler {
  private static final int FRACTION_BITS = 15;
  private static final int ONE = 1 << FRACTION_BITS;
  private static final int HALF = ONE >> 1;

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
      int count = Math.min(length, (int) (2 * radius) + 1);
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
        return rest;
      }
      weights[at + largest] += rest;
      return 0;
    }
  }

  /// @param source rows of `width * channels` bytes
  byte[] scale(byte[] source, int width, int height) {
    int resultWidth = columns.first().length;
    int resultHeight = rows.first().length;
    int rowSize = resultWidth * channels;
    int top = height;
    int bottom = 0;
    for (int first : rows.first()) {
      top = Math.min(top, first);
      bottom = Math.max(bottom, first + rows.count());
    }
    byte[] narrow = new byte[(bottom - top) * rowSize];
    for (int y = top; y < bottom; y++) {
      if (channels == 3) {
        rowOfThree(source, y * width * 3, narrow, (y - top) * rowSize);
      } else {
        rowOfOne(source, y * width, narrow, (y - top) * rowSize);
      }
    }
    byte[] result = new byte[resultHeight * rowSize];
    int[] sums = new int[rowSize];
    for (int y = 0; y < resultHeight; y++) {
      Arrays.fill(sums, HALF + rows.outside()[y] * 255);
      for (int j = 0; j < rows.count(); j++) {
        int weight = rows.weights()[y * rows.count() + j];
        if (weight != 0) {
          add(narrow, (rows.first()[y] - top + j) * rowSize, weight, sums);
        }
      }
      for (int i = 0; i < rowSize; i++) {
        result[y * rowSize + i] = (byte) clamp(sums[i] >> FRACTION_BITS);
      }
    }
    return result;
  }

  private static void add(byte[] row, int from, int weight, int[] sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += (row[from + i] & 0xff) * weight;
    }
  }

  private void rowOfThree(byte[] source, int row, byte[] target, int targetRow) {
    int[] first = columns.first();
    int[] weights = columns.weights();
    int count = columns.count();
    for (int x = 0; x < first.length; x++) {
      int start = HALF + columns.outside()[x] * 255;
      int blue = start;
      int green = start;
      int red = start;
      int from = row + first[x] * 3;
      for (int j = x * count; j < (x + 1) * count; j++) {
        int weight = weights[j];
        blue += (source[from] & 0xff) * weight;
        green += (source[from + 1] & 0xff) * weight;
        red += (source[from + 2] & 0xff) * weight;
        from += 3;
      }
      int to = targetRow + x * 3;
      target[to] = (byte) clamp(blue >> FRACTION_BITS);
      target[to + 1] = (byte) clamp(green >> FRACTION_BITS);
      target[to + 2] = (byte) clamp(red >> FRACTION_BITS);
    }
  }

  private void rowOfOne(byte[] source, int row, byte[] target, int targetRow) {
    int count = columns.count();
    for (int x = 0; x < columns.first().length; x++) {
      int sum = HALF + columns.outside()[x] * 255;
      int from = row + columns.first()[x];
      for (int j = 0; j < count; j++) {
        sum += (source[from + j] & 0xff) * columns.weights()[x * count + j];
      }
      target[targetRow + x] = (byte) clamp(sum >> FRACTION_BITS);
    }
  }

  private static int clamp(int value) {
    return Math.max(0, Math.min(255, value));
  }
}
