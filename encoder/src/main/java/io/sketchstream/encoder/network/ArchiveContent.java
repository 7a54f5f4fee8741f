package io.sketchstream.encoder.network;

import java.util.List;
import java.util.Optional;

/// The content of a TorchScript archive, from which its objects and its code are written.
///
/// @param weights checked; with or without an embedding and a classifier
/// @param frozenStages how many of the first stages are not trained, in a training archive
/// @param int8 the convolutions that are computed in int8; empty where none is
record ArchiveContent(
    Network network,
    Weights weights,
    ArchiveMode mode,
    int frozenStages,
    Optional<Int8Convolutions> int8) {
  boolean training() {
    return mode == ArchiveMode.TRAINING;
  }

  boolean embeds() {
    return weights.find(Network.EMBEDDING_WEIGHT).isPresent();
  }

  /// The classifier on top of the features, if the weights have it.
  Optional<Classifier> classifier() {
    return network.classifier().filter(classifier -> network.classifies(weights));
  }

  boolean quantized(Convolution convolution) {
    return int8.filter(convolutions -> convolutions.contain(convolution)).isPresent();
  }

  /// Whether this convolution is computed as in serving, since it gets no gradient.
  boolean frozen(Convolution convolution) {
    return training()
        && convolution.norm().isEmpty()
        && network.stages().stream()
            .limit(frozenStages)
            .flatMap(List::stream)
            .anyMatch(convolution.weight()::startsWith);
  }

  /// Whether this convolution is computed by XNNPACK.
  boolean packed(Convolution convolution) {
    return frozen(convolution) || mode == ArchiveMode.SERVING && !quantized(convolution);
  }

  /// Whether this convolution is followed by a batch norm that is not folded into it.
  boolean normed(Convolution convolution) {
    return training() && convolution.norm().isPresent();
  }

  /// The TorchScript class of this convolution.
  String className(Convolution convolution) {
    if (quantized(convolution)) {
      return "QuantizedConvolution";
    }
    if (frozen(convolution)) {
      return "FrozenConvolution";
    }
    return normed(convolution) ? "NormedConvolution" : "Convolution";
  }
}
