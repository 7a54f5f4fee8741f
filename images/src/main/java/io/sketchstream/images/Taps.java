package io.sketchstream.images;

/// The weights of one axis of a [Resampler].
///
/// @param first index of the first source pixel of each result pixel
/// @param weights `count` fixed-point weights for each result pixel
/// @param outside weight of the area outside the image, which is white
@SuppressWarnings("ArrayRecordComponent") // Short-lived, never compared.
public record Taps(int[] first, int[] weights, int count, int[] outside) {
  /// The weights that scale the interval from `from` to `to`, in source pixels, to `size` pixels.
  ///
  /// @param length of the source
  public static Taps of(double from, double to, int length, int size) {
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
          if (j - first[i] < count) { // Else its weight is zero but for rounding errors.
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
    return radius == 1 ? Resampler.TWO_TAPS : Math.max(Resampler.FOUR_TAPS, (int) (2 * radius) + 1);
  }

  /// Fixed-point weights whose sum is exactly one; returns the remainder, the weight outside the
  /// image.
  private static int round(double[] exact, double sum, double white, int[] weights, int at) {
    int rest = Resampler.ONE;
    int largest = 0;
    for (int j = 0; j < exact.length; j++) {
      weights[at + j] = (int) Math.round(exact[j] / sum * Resampler.ONE);
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
