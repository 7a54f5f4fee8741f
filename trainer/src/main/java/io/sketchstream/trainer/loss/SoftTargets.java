package io.sketchstream.trainer.loss;

import ai.djl.ndarray.NDArray;

/// Cross-entropy against distributions.
public final class SoftTargets {
  private SoftTargets() {}

  /// The mean over all rows.
  ///
  /// @param logits one row per picture
  /// @param targets one distribution per row
  static NDArray crossEntropy(NDArray logits, NDArray targets) {
    NDArray sum = targets.mul(logits.logSoftmax(1)).sum();
    return Scalars.times(sum, -1.0 / logits.getShape().get(0));
  }

  /// The minimum of the cross-entropy: the mean entropy of the rows.
  ///
  /// @param targets distributions, row by row
  public static double entropy(float[] targets, int rows) {
    double sum = 0;
    for (float p : targets) {
      sum -= p > 0 ? p * Math.log(p) : 0;
    }
    return sum / rows;
  }
}
