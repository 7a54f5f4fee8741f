package io.sketchstream.encoder.network;

import java.util.List;

/// A named array of a network, 32-bit floats in row-major order. The array is shared, not copied:
/// the creator must not change it afterwards.
public final class Tensor {
  private final List<Integer> shape;
  private final float[] values;

  /// @throws IllegalArgumentException when the number of values does not match the shape
  public Tensor(List<Integer> shape, float[] values) {
    long size = 1;
    for (int extent : shape) {
      size = Math.multiplyExact(size, (long) extent);
    }
    if (size != values.length) {
      throw new IllegalArgumentException(values.length + " values for the shape " + shape);
    }
    this.shape = List.copyOf(shape);
    this.values = values;
  }

  public List<Integer> shape() {
    return shape;
  }

  public float[] values() {
    return values;
  }

  /// Whether no number is NaN or infinite.
  public boolean isFinite() {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }
}
