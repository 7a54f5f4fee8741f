package io.sketchstream.encoder.network;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// The settings of a network's int8 mode, measured on sample images.
///
/// @param ranges of each convolution's output, by its name; values outside are clipped
/// @param convolutions names of those computed in int8; the others stay in fp32
public record Quantization(Map<String, Range> ranges, Set<String> convolutions) {
  /// From the smallest to the largest value.
  public record Range(float low, float high) {
    /// Checks the two.
    ///
    /// @throws IllegalArgumentException when they are not finite and increasing
    public Range {
      if (!Float.isFinite(low) || !Float.isFinite(high) || !(low < high)) {
        throw new IllegalArgumentException(low + " to " + high + " is not a range");
      }
    }
  }

  public Quantization {
    ranges = Map.copyOf(ranges);
    convolutions = Set.copyOf(convolutions);
  }

  /// The same ranges with other convolutions in int8.
  public Quantization with(Set<String> others) {
    return new Quantization(ranges, others);
  }

  /// Checks that it fits a network: a range for each convolution, none unknown.
  ///
  /// @throws BrokenModelException naming the convolution that is missing or unknown
  public void check(Network network) throws BrokenModelException {
    if (!network.quantizes()) {
      throw new BrokenModelException(network.name() + " does not support int8");
    }
    Set<String> known =
        network.convolutions().stream().map(Convolution::name).collect(Collectors.toSet());
    for (Convolution convolution : network.convolutions()) {
      if (!ranges.containsKey(convolution.name())) {
        throw new BrokenModelException("int8 has no range for " + convolution.name());
      }
    }
    for (String name : convolutions) {
      if (!known.contains(name)) {
        throw new BrokenModelException(network.name() + " has no convolution " + name);
      }
    }
  }
}
