package io.sketchstream.training.runs;

import java.util.Arrays;

/// The confidence in a gain over classes: the mean of the classes' gains, and the lower bound of
/// its one-sided Student interval (Student, 1908). Each class counts once, however many queries it
/// has: errors of queries of one class are correlated, so an interval over queries would be too
/// narrow.
///
/// @param mean of the gains
/// @param low the true mean is above it with the given confidence
/// @param classes how many
record ClassInterval(double mean, double low, int classes) {
  private static final int STEPS = 400;

  /// @param gains one per class; with fewer than two the bound is minus infinity
  /// @param confidence above .5, such as .9
  static ClassInterval of(double[] gains, double confidence) {
    int n = gains.length;
    double mean = Arrays.stream(gains).average().orElse(0);
    if (n < 2) {
      return new ClassInterval(mean, Double.NEGATIVE_INFINITY, n);
    }
    double squares = Arrays.stream(gains).map(gain -> (gain - mean) * (gain - mean)).sum();
    double error = Math.sqrt(squares / (n - 1) / n);
    return new ClassInterval(mean, mean - quantile(confidence, n - 1) * error, n);
  }

  /// The quantile of Student's t distribution, by bisection. With `t = sqrt(f) tan(a)` its density
  /// is proportional to `cos(a)^(f-1)`.
  static double quantile(double probability, int freedom) {
    double half = integral(Math.PI / 2, freedom);
    double low = 0;
    double high = Math.PI / 2;
    for (int i = 0; i < 50; i++) {
      double middle = (low + high) / 2;
      if (.5 + integral(middle, freedom) / half / 2 < probability) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return Math.sqrt(freedom) * Math.tan((low + high) / 2);
  }

  /// Simpson's rule from 0.
  private static double integral(double to, int freedom) {
    double step = to / STEPS;
    double sum = 0;
    for (int i = 0; i <= STEPS; i++) {
      int weight = i == 0 || i == STEPS ? 1 : i % 2 == 1 ? 4 : 2;
      sum += weight * Math.pow(Math.cos(i * step), freedom - 1);
    }
    return sum * step / 3;
  }
}
