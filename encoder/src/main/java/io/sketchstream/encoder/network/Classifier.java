package io.sketchstream.encoder.network;

import java.util.List;
import java.util.Map;

/// The classifier that a network was published with: `logits = weight * features + bias`. It is not
/// part of an encoder, but makes the network a teacher, and its rows are prototypes of its classes
/// in feature space.
///
/// @param name prefix of its tensors
/// @param classes rows of its weight
public record Classifier(String name, int classes) {
  /// The name of its weight, classes x features.
  public String weight() {
    return name + ".weight";
  }

  /// The name of its bias.
  public String bias() {
    return name + ".bias";
  }

  boolean owns(String tensor) {
    return tensor.equals(weight()) || tensor.equals(bias());
  }

  /// The shapes of its tensors on top of this many features, by name.
  Map<String, List<Integer>> shapes(int features) {
    return Map.of(weight(), List.of(classes, features), bias(), List.of(classes));
  }
}
