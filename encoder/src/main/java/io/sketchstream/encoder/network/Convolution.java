package io.sketchstream.encoder.network;

import java.util.List;
import java.util.Optional;

/// One convolution of a network's spec.
///
/// @param name prefix of its tensors: `name.weight`, and `name.bias` where it has no norm
/// @param in input channels, of all groups
/// @param out output channels
/// @param kernel side of the square kernel
/// @param stride step in both directions
/// @param padding zeros added on every side
/// @param groups 1, or as many as channels for a depthwise convolution
/// @param norm prefix of the batch norm after it, with `weight`, `bias`, `running_mean` and
///   `running_var`; empty if it is folded into the weights
/// @param input the convolution whose output it takes, possibly pooled; empty for the first, and if
///   the network does not support int8
/// @param adds the convolution whose output it adds to its own; empty if it adds none
/// @param pooled whether its output goes through max pooling, which libtorch supports for floats
///   only
public record Convolution(
    String name,
    int in,
    int out,
    int kernel,
    int stride,
    int padding,
    int groups,
    Optional<String> norm,
    Optional<String> input,
    Optional<String> adds,
    boolean pooled) {

  String weight() {
    return name + ".weight";
  }

  String bias() {
    return name + ".bias";
  }

  List<Integer> weightShape() {
    return List.of(out, in / groups, kernel, kernel);
  }

  /// Its name in the TorchScript source.
  String attribute() {
    return name.replace('.', '_');
  }
}
