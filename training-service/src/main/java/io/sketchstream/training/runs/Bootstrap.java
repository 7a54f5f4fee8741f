package io.sketchstream.training.runs;

import java.util.Arrays;
import java.util.SplittableRandom;

/// How sure a mean difference is: the percentile bootstrap (Efron, 1979) over paired differences,
/// one a query.
final class Bootstrap {
  private Bootstrap() {}

  /// A mean and the interval it lies in with the given confidence.
  record Interval(double mean, double low, double high) {}

  /// @param differences one or more
  /// @param confidence such as .95
  /// @param seed the same seed gives the same interval
  static Interval mean(double[] differences, int resamples, double confidence, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] means = new double[resamples];
    for (int r = 0; r < resamples; r++) {
      double sum = 0;
      for (int i = 0; i < differences.length; i++) {
        sum += differences[random.nextInt(differences.length)];
      }
      means[r] = sum / differences.length;
    }
    Arrays.sort(means);
    double tail = (1 - confidence) / 2;
    return new Interval(
        Arrays.stream(differences).average().orElseThrow(),
        quantile(means, tail),
        quantile(means, 1 - tail));
  }

  private static double quantile(double[] sorted, double share) {
    return sorted[(int) Math.clamp(Math.round(share * (sorted.length - 1)), 0, sorted.length - 1)];
  }
}
