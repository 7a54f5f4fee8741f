package io.sketchstream.encoder.network;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Checks that weights fit a network: no tensor missing or unknown, every shape right, every number
/// finite.
final class WeightsCheck {
  private final Network network;
  private final Weights weights;

  private WeightsCheck(Network network, Weights weights) {
    this.network = network;
    this.weights = weights;
  }

  /// Checks them.
  ///
  /// @throws BrokenModelException naming the first tensor that is wrong
  static void check(Network network, Weights weights) throws BrokenModelException {
    new WeightsCheck(network, weights).check();
  }

  private void check() throws BrokenModelException {
    Map<String, List<Integer>> shapes = shapes();
    for (Map.Entry<String, List<Integer>> wanted : shapes.entrySet()) {
      check(wanted.getKey(), wanted.getValue());
    }
    for (String name : weights.names()) {
      if (!shapes.containsKey(name) && !Network.isIgnored(name)) {
        throw new BrokenModelException(network.name() + " has no tensor " + name);
      }
    }
  }

  private Map<String, List<Integer>> shapes() throws BrokenModelException {
    Map<String, List<Integer>> shapes = new LinkedHashMap<>();
    List<Parameter> parameters =
        has(Network.EMBEDDING_WEIGHT) || has(Network.EMBEDDING_BIAS)
            ? network.parameters(embeddingDimension())
            : network.parameters();
    parameters.forEach(parameter -> shapes.put(parameter.name(), parameter.shape()));
    network
        .classifier()
        .filter(classifier -> has(classifier.weight()) || has(classifier.bias()))
        .ifPresent(classifier -> shapes.putAll(classifier.shapes(network.dimension())));
    return shapes;
  }

  private boolean has(String tensor) {
    return weights.find(tensor).isPresent();
  }

  private void check(String name, List<Integer> shape) throws BrokenModelException {
    Tensor tensor = find(name);
    if (!tensor.shape().equals(shape)) {
      throw new BrokenModelException(
          "tensor %s has shape %s, %s needs %s"
              .formatted(name, tensor.shape(), network.name(), shape));
    }
    if (!tensor.isFinite()) {
      throw new BrokenModelException("tensor " + name + " holds a number that is not finite");
    }
  }

  private Tensor find(String name) throws BrokenModelException {
    return weights
        .find(name)
        .orElseThrow(() -> new BrokenModelException(network.name() + " lacks tensor " + name));
  }

  private int embeddingDimension() throws BrokenModelException {
    if (network.output() == Network.Output.LOGITS) {
      throw new BrokenModelException(network.name() + " outputs logits and takes no embedding");
    }
    List<Integer> shape = find(Network.EMBEDDING_WEIGHT).shape();
    int dimension = shape.isEmpty() ? 0 : shape.getFirst();
    if (dimension < 1 || dimension > Network.EMBEDDING_DIMENSION_MAX) {
      throw new BrokenModelException(
          "an embedding has 1 to %d dimensions, not %d"
              .formatted(Network.EMBEDDING_DIMENSION_MAX, dimension));
    }
    return dimension;
  }
}
