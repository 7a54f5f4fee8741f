package io.sketchstream.encoder.network;

import java.util.List;

/// A trained tensor of a network's spec that belongs to no convolution: of a layer norm, a linear
/// layer or a position embedding. The TorchScript source uses it.
///
/// @param name in safetensors
/// @param shape extents, in row-major order
record FreeTensor(String name, List<Integer> shape) {
  FreeTensor {
    shape = List.copyOf(shape);
  }

  /// Its name in the TorchScript source.
  String attribute() {
    return name.replace('.', '_');
  }
}
