package io.sketchstream.encoder.network;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.util.List;
import java.util.Optional;

/// A network's spec as its JSON resource has it.
///
/// @param name of the network and of its resources
/// @param output what the trunk ends in
/// @param dimension how many features, or classes, the trunk ends in
/// @param classifier the classifier on top of the features, if it was published with one
/// @param mean subtracted from red, green and blue of 0 to 1
/// @param std what red, green and blue are then divided by
/// @param training how it is trained; empty if it is only a teacher
/// @param stages from pixels to features, each as prefixes of the names of its parameters
/// @param convolutions in the order of the weights
/// @param tensors what is trained beside them, in the order of the weights
record NetworkSpec(
    String name,
    Network.Output output,
    int dimension,
    Optional<Classifier> classifier,
    List<Double> mean,
    List<Double> std,
    Optional<TrainingDefaults> training,
    List<List<String>> stages,
    List<Convolution> convolutions,
    List<FreeTensor> tensors) {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .build();

  NetworkSpec {
    classifier = classifier == null ? Optional.empty() : classifier;
    training = training == null ? Optional.empty() : training;
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    stages = stages.stream().map(List::copyOf).toList();
    convolutions = List.copyOf(convolutions);
    tensors = tensors == null ? List.of() : List.copyOf(tensors);
  }

  static NetworkSpec read(String json) {
    try {
      return JSON.readValue(json, NetworkSpec.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a network's spec is broken: " + e.getOriginalMessage(), e);
    }
  }
}
