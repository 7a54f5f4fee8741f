package io.sketchstream.trainer.loss;

import ai.djl.ndarray.NDArray;

/// Arithmetic with constants that supports gradients.
///
/// DJL's own methods with a `Number` must not be used for that: they free the constant's memory at
/// once, but libtorch still reads it in the backward pass. After a garbage collection the gradient
/// is then undefined.
public final class Scalars {
  private Scalars() {}

  /// Each element times a constant.
  public static NDArray times(NDArray array, double factor) {
    return array.mul(constant(array, factor));
  }

  /// The maximum of each element and a constant.
  static NDArray atLeast(NDArray array, double least) {
    return array.maximum(constant(array, least));
  }

  /// Lives as long as the array's manager.
  private static NDArray constant(NDArray array, double value) {
    return array.getManager().create((float) value);
  }
}
