package io.sketchstream.score;

import java.util.Arrays;
import java.util.Optional;

/// How far the best photo for a sketch stands out of what a gallery scores for that sketch anyway;
/// and so whether nothing in the gallery fits.
///
/// The background is the sketch's scores of a sample of the gallery. Its middle is their median
/// `m`, its width `d` the distance from there to their 16th percentile, which is one standard
/// deviation of a normal distribution; right photos in the sample move neither. Scores thin out
/// upwards exponentially, so the best of `n` photos that are all wrong grows with `ln n`: nothing
/// fits where `(best - m) / d < NOTHING_BELOW * ln n`.
///
/// With the default model and galleries of 100 to 3,500 photos, that is said of 1 to 7 in a hundred
/// sketches with a right photo among their first five, of 4 to 12 whose class is not there, and of
/// 20 to 40 in a hundred scribbles: seldom, and then with reason, since a photo of something else
/// often does look like the sketch. A rule by the standard deviation of all scores finds half as
/// many, as right photos widen it.
///
/// @param deviations `(best - m) / d`
/// @param nothingFits by the rule above
public record Standout(float deviations, boolean nothingFits) {
  /// How many photos of the gallery are compared: of more, the width is hardly better known.
  public static final int SAMPLE = 256;

  /// Smaller galleries have no background to speak of.
  public static final int GALLERY_MIN = 100;

  /// In widths, for each unit of the natural logarithm of the number of photos.
  static final double NOTHING_BELOW = .5;

  private static final double WIDTH_MIN = 1e-6;

  /// @param best the score of the best photo
  /// @param sample scores of photos that are spread over the gallery; not changed
  /// @param gallery how many photos there are
  /// @return empty where the gallery or the sample is too small to say, or the sample has no width
  public static Optional<Standout> of(float best, float[] sample, long gallery) {
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
            (float) deviations, deviations < NOTHING_BELOW * StrictMath.log((double) gallery)));
  }

  /// Between the two nearest, in proportion.
  private static double quantile(float[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
