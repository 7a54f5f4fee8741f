package io.sketchstream.score;

import java.util.Optional;

/// Normalises sums of vectors.
final class UnitVectors {
  /// A shorter sum has no usable direction.
  private static final double LENGTH_MIN = 1e-6;

  private UnitVectors() {}

  /// The direction of a sum, of unit length; empty if the sum is too short.
  static Optional<float[]> of(double[] sum) {
    double length = length(sum);
    if (!(length > LENGTH_MIN)) {
      return Optional.empty();
    }
    float[] unit = new float[sum.length];
    for (int d = 0; d < unit.length; d++) {
      unit[d] = (float) (sum[d] / length);
    }
    return Optional.of(unit);
  }

  static double length(double[] vector) {
    double squares = 0;
    for (double x : vector) {
      squares += x * x;
    }
    return Math.sqrt(squares);
  }
}
