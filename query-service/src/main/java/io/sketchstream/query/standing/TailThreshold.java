package io.sketchstream.query.standing;

import java.util.Arrays;

/// The score that about one in N images reaches, estimated from the scores of a sample.
///
/// If the sample has enough images above it, it is a quantile. Beyond that, the tail is assumed to
/// be normal: the threshold is on the line, over the quantiles of the normal distribution, through
/// the scores that the highest twentieth and the highest 160th of the sample reach. The very
/// highest scores are ignored, so that one image that is exactly what was drawn does not hide the
/// next.
final class TailThreshold {
  /// With fewer images the tail can't be estimated, and nothing is rare.
  static final int SAMPLE_MIN = 20;

  private static final int TAIL_SHARE = 20;
  private static final int TAIL_MIN = 10;
  private static final int TAIL_MAX = 400;
  private static final int TAIL_PARTS = 8;
  private static final int PEAK_MIN = 2;

  private TailThreshold() {}

  /// @param scores of the sample, in any order; sorted when this returns
  /// @param oneIn the rarity N; up to 1, everything reaches the score
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

  /// The normal quantile of a score that this many others exceed.
  private static double quantile(int above, int count) {
    return NormalTail.quantile((above + 0.5) / count);
  }
}
