package io.sketchstream.score;

import java.util.Arrays;
import java.util.Optional;

/// How far the best photo for a sketch stands out from the other scores of the gallery, and so
/// whether nothing in the gallery fits.
///
/// The background is the sketch's scores for a sample of the gallery. Its centre is their median
/// `m`, its width `d` the distance from the median to the 16th percentile, which is one standard
/// deviation of a normal distribution. Right photos in the sample affect neither. The upper tail of
/// the scores is exponential, so the best of `n` wrong photos grows with `ln n`: nothing fits if
/// `(best - m) / d < NOTHING_BELOW * ln n`.
///
/// With the default model and galleries of 100 to 3,500 photos, the rule fires for 1 to 7% of the
/// sketches with a right photo among their first five, for 4 to 12% of those whose class is
/// missing, and for 20 to 40% of scribbles. So it fires rarely, and usually correctly, since a
/// photo of something else often does look like the sketch. For photos as queries, in a gallery of
/// 288 photos, it fires for 3% of those with a right photo among the first five, for 28% of those
/// whose class is missing, and for 46% of pictures of noise. A rule by the standard deviation of
/// all scores finds half as many cases, because right photos widen it.
///
/// @param deviations `(best - m) / d`
/// @param nothingFits by the rule above
public record Standout(float deviations, boolean nothingFits) {
  /// Number of photos in the sample; more hardly improve the estimate of the width.
  public static final int SAMPLE = 256;

  /// Smaller galleries have no usable background.
  public static final int GALLERY_MIN = 100;

  /// In widths per unit of the natural logarithm of the number of photos.
  static final double NOTHING_BELOW = .5;

  /// [#NOTHING_BELOW] for a photo as the query: cosines between photos have a longer tail.
  static final double NOTHING_BELOW_OF_PHOTOS = .7;

  private static final double WIDTH_MIN = 1e-6;

  /// Of a sketch.
  ///
  /// @param best the score of the best photo
  /// @param sample scores of photos that are spread over the gallery; not changed
  /// @param gallery number of photos
  /// @return empty if the gallery or the sample is too small, or the sample has no width
  public static Optional<Standout> of(float best, float[] sample, long gallery) {
    return of(best, sample, gallery, NOTHING_BELOW);
  }

  /// Of a photo: all scores are cosines.
  public static Optional<Standout> ofPhoto(float best, float[] sample, long gallery) {
    return of(best, sample, gallery, NOTHING_BELOW_OF_PHOTOS);
  }

  private static Optional<Standout> of(
      float best, float[] sample, long gallery, double nothingBelow) {
    if (gallery < GALLERY_MIN || sample.length < GALLERY_MIN) {
      return Optional.empty();
    }
    float[] sorted = sample.clone();
    Arrays.sort(sorted);
    double middle = quantile(sorted, .5);
    double width = middle - quantile(sorted, .16);
    if (!(width > WIDTH_MIN)) {
      return Optional.empty();
    }
    double deviations = (best - middle) / width;
    return Optional.of(
        new Standout(
            (float) deviations, deviations < nothingBelow * StrictMath.log((double) gallery)));
  }

  /// Interpolated linearly between the two nearest values.
  private static double quantile(float[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
