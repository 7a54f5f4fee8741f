package io.sketchstream.encoder.network;

import java.util.List;

/// A tensor that a network's weights must contain.
///
/// @param name in safetensors, as torchvision calls it
/// @param path in the TorchScript module of a training archive, as libtorch lists it
/// @param shape extents, in row-major order
/// @param trained false for running means and variances, which gradients do not change
public record Parameter(String name, String path, List<Integer> shape, boolean trained) {
  public Parameter {
    shape = List.copyOf(shape);
  }
}
