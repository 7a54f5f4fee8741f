package io.sketchstream.encoder;

import io.sketchstream.encoder.network.Quantization;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// What makes a model ready for int8, found out once on real pictures by [Calibrator].
///
/// @param ranges the lowest and the highest number that each convolution puts out, by its name
/// @param convolutions those that are computed in int8
/// @param pictures that it was verified on, none of which it was made from
/// @param cosine of a picture's embeddings in int8 and in fp32, the lowest of these pictures
/// @param overlap of each picture's ten nearest among them, how many are the same in both, on
///   average
public record Calibration(
    SortedMap<String, List<Float>> ranges,
    List<String> convolutions,
    int pictures,
    double cosine,
    double overlap) {
  public Calibration {
    ranges = ranges == null ? new TreeMap<>() : new TreeMap<>(ranges);
    convolutions = convolutions == null ? List.of() : List.copyOf(convolutions);
  }

  static Calibration of(Quantization quantization, int pictures, Agreement agreement) {
    SortedMap<String, List<Float>> ranges = new TreeMap<>();
    quantization
        .ranges()
        .forEach((name, range) -> ranges.put(name, List.of(range.low(), range.high())));
    return new Calibration(
        ranges,
        quantization.convolutions().stream().sorted().toList(),
        pictures,
        agreement.cosine(),
        agreement.overlap());
  }

  /// For the network.
  ///
  /// @throws IllegalArgumentException when a range is none
  public Quantization quantization() {
    Map<String, Quantization.Range> read = new LinkedHashMap<>();
    ranges.forEach((name, range) -> {
      if (range == null || range.size() != 2 || range.stream().anyMatch(Objects::isNull)) {
        throw new IllegalArgumentException("no range of " + name + ": " + range);
      }
      read.put(name, new Quantization.Range(range.get(0), range.get(1)));
    });
    return new Quantization(read, Set.copyOf(convolutions));
  }

  Agreement agreement() {
    return new Agreement(cosine, overlap);
  }
}
