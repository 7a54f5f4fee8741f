package io.sketchstream.query.standing;

import java.util.Arrays;

/// The score that about one in so many images reaches, from the scores of a sample.
///
/// Where the sample has enough images above it, it is a quantile. Beyond that the tail is taken to
/// go on as a normal one does: through the scores that the highest twentieth and the highest 160th
/// of the sample reach goes a line over the quantiles of the normal distribution, and the threshold
/// is on it. The highest scores themselves do not count: one image that is just what was drawn must
/// not hide the next.
final class TailThreshold {
  /// With fewer images nothing is known of a tail, and nothing is rare.
  static final int SAMPLE_MIN = 20;

  private static final int TAIL_SHARE = 20;
  private static final int TAIL_MIN = 10;
  private static final int TAIL_MAX = 400;
  private static final int TAIL_PARTS = 8;
  private static final int PEAK_MIN = 2;

  private TailThreshold() {}

  /// @param scores of the sample, in any order; sorted when this returns
  /// @param oneIn how rare; up to 1, everything reaches it
  /// @return infinity for a sample that is too small: nothing reaches it
  static float of(float[] scores, double oneIn) {
    if (oneIn <= 1) {
      return Float.NEGATIVE_INFINITY;
    }
    int count = scores.length;
    if (count < SAMPLE_MIN) {
      return Float.POSITIVE_INFINITY;
    }
    Arrays.sort(scores);
    int tail = Math.clamp(count / TAIL_SHARE, Math.min(TAIL_MIN, count / 4), TAIL_MAX);
    int peak = Math.max(PEAK_MIN, tail / TAIL_PARTS);
    double expected = count / oneIn;
    if (expected >= peak) {
      return scores[count - (int) Math.round(expected)];
    }
    double base = scores[count - tail - 1];
    double high = scores[count - peak - 1];
    double baseQuantile = quantile(tail, count);
    double slope = (high - base) / (quantile(peak, count) - baseQuantile);
    return (float) (base + slope * (NormalTail.quantile(expected / count) - baseQuantile));
  }

  /// Of a score that so many others exceed.
  private static double quantile(int above, int count) {
    return NormalTail.quantile((above + 0.5) / count);
  }
}
