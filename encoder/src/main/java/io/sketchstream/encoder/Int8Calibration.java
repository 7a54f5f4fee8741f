package io.sketchstream.encoder;

import io.sketchstream.encoder.network.Quantization;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// The settings of a model's int8 mode, measured on real pictures by [Calibrator].
///
/// @param ranges the smallest and the largest output of each convolution, by its name
/// @param convolutions the names of the convolutions that are computed in int8
/// @param pictures how many pictures it was verified on; none of them was used to make it
/// @param cosine between a picture's embeddings in int8 and in fp32; the lowest of these pictures
/// @param overlap share of each picture's ten nearest neighbours that are the same in both; the
///   mean of these pictures
public record Int8Calibration(
    SortedMap<String, List<Float>> ranges,
    List<String> convolutions,
    int pictures,
    double cosine,
    double overlap) {
  public Int8Calibration {
    ranges = ranges == null ? new TreeMap<>() : new TreeMap<>(ranges);
    convolutions = convolutions == null ? List.of() : List.copyOf(convolutions);
  }

  static Int8Calibration of(Quantization quantization, int pictures, Agreement agreement) {
    SortedMap<String, List<Float>> ranges = new TreeMap<>();
    quantization
        .ranges()
        .forEach((name, range) -> ranges.put(name, List.of(range.low(), range.high())));
    return new Int8Calibration(
        ranges,
        quantization.convolutions().stream().sorted().toList(),
        pictures,
        agreement.cosine(),
        agreement.overlap());
  }

  /// In the form that the network takes.
  ///
  /// @throws IllegalArgumentException when a range is not two finite, increasing numbers
  public Quantization quantization() {
    Map<String, Quantization.Range> read = new LinkedHashMap<>();
    ranges.forEach((name, range) -> {
      if (range == null || range.size() != 2 || range.stream().anyMatch(Objects::isNull)) {
        throw new IllegalArgumentException(
            "the range of " + name + " is not two numbers: " + range);
      }
      read.put(name, new Quantization.Range(range.get(0), range.get(1)));
    });
    return new Quantization(read, Set.copyOf(convolutions));
  }

  Agreement agreement() {
    return new Agreement(cosine, overlap);
  }
}
