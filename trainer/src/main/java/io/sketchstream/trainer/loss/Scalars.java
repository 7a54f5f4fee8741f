package io.sketchstream.trainer.loss;

import ai.djl.ndarray.NDArray;

/// Arithmetic with a constant that gradients may flow through.
///
/// DJL's own methods that take a `Number` must not be used for that: they free the constant's
/// memory at once, while libtorch still reads it in the backward pass; after a garbage collection
/// the gradient is then anything.
public final class Scalars {
  private Scalars() {}

  /// Each element times a constant.
  public static NDArray times(NDArray array, double factor) {
    return array.mul(constant(array, factor));
  }

  /// Each element, or the constant where that is larger.
  static NDArray atLeast(NDArray array, double least) {
    return array.maximum(constant(array, least));
  }

  /// Lives as long as the array's manager.
  private static NDArray constant(NDArray array, double value) {
    return array.getManager().create((float) value);
  }
}
