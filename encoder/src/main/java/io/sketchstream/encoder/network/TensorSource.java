package io.sketchstream.encoder.network;

import java.util.List;
import java.util.function.Supplier;

/// A tensor to be written whose numbers are asked for when their turn comes, so that not all of a
/// file has to be in memory.
///
/// @param shape extents, in row-major order
/// @param values gives as many numbers as the shape has
public record TensorSource(List<Integer> shape, Supplier<float[]> values) {
  public TensorSource {
    shape = List.copyOf(shape);
  }

  /// One that is in memory.
  public static TensorSource of(Tensor tensor) {
    return new TensorSource(tensor.shape(), tensor::values);
  }

  long count() {
    long count = 1;
    for (int extent : shape) {
      count = Math.multiplyExact(count, (long) extent);
    }
    return count;
  }
}
