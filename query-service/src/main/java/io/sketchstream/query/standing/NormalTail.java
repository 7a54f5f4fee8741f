package io.sketchstream.query.standing;

/// The upper tail of the standard normal distribution.
final class NormalTail {
  private static final double Z_MAX = 12;
  private static final int TERMS = 80;
  private static final int STEPS = 60;

  private NormalTail() {}

  /// The value that is exceeded with a given probability.
  ///
  /// @param probability up to .4
  static double quantile(double probability) {
    double low = 0.2;
    double high = Z_MAX;
    for (int i = 0; i < STEPS; i++) {
      double middle = (low + high) / 2;
      if (exceeds(middle) > probability) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  /// The probability of exceeding a value above 0, by Laplace's continued fraction.
  static double exceeds(double z) {
    double fraction = z;
    for (int i = TERMS; i > 0; i--) {
      fraction = z + i / fraction;
    }
    return Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI) / fraction;
  }
}
