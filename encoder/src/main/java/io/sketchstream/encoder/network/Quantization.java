package io.sketchstream.encoder.network;

import io.sketchstream.encoder.pixels.PreparedImage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;

/// What a network needs to be computed in int8, found out beforehand on sample images.
///
/// @param ranges of what each convolution puts out, by its name; numbers outside are cut
/// @param convolutions those to compute in int8; the others stay in fp32
public record Quantization(Map<String, Range> ranges, Set<String> convolutions) {
  /// From the lowest number to the highest.
  public record Range(float low, float high) {
    /// @throws IllegalArgumentException when it is no range of finite numbers
    public Range {
      if (!Float.isFinite(low) || !Float.isFinite(high) || !(low < high)) {
        throw new IllegalArgumentException("no range: " + low + " to " + high);
      }
    }
  }

  public Quantization {
    ranges = Map.copyOf(ranges);
    convolutions = Set.copyOf(convolutions);
  }

  /// Looks at what a network does in fp32. The range of each convolution is the mean of the lowest
  /// and of the highest number that each picture brings about, so that one odd picture does not
  /// cost the others their precision.
  ///
  /// @param done told how many pictures are done
  /// @return with no convolution in int8
  /// @throws BrokenModelException when these are no weights of this network
  public static Quantization observe(
      Network network, Weights weights, List<PreparedImage> pictures, IntConsumer done)
      throws BrokenModelException {
    List<Convolution> convolutions = network.convolutions();
    double[] sums = new double[2 * convolutions.size()];
    try (TorchNetwork observed = TorchNetwork.openObserving(network, weights)) {
      for (int picture = 0; picture < pictures.size(); picture++) {
        float[] extremes = observed.run("extremes", List.of(pictures.get(picture)))[0];
        for (int i = 0; i < sums.length; i++) {
          sums[i] += extremes[i] / pictures.size();
        }
        done.accept(picture + 1);
      }
    }
    Map<String, Range> ranges = new LinkedHashMap<>();
    for (int i = 0; i < convolutions.size(); i++) {
      float low = (float) sums[2 * i];
      float high = (float) sums[2 * i + 1];
      // What always gives the same number has no range of its own.
      ranges.put(convolutions.get(i).name(), new Range(low, Math.max(high, Math.nextUp(low))));
    }
    return new Quantization(ranges, Set.of());
  }

  /// The same ranges for other convolutions.
  public Quantization with(Set<String> others) {
    return new Quantization(ranges, others);
  }

  /// Makes sure that it belongs to a network: a range for each convolution, and none unknown.
  ///
  /// @throws BrokenModelException says which convolution is missing or unknown
  public void check(Network network) throws BrokenModelException {
    if (!network.quantizes()) {
      throw new BrokenModelException(network.name() + " can't be computed in int8");
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
