package io.sketchstream.trainer.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Classifier;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.encoder.network.Weights;
import java.nio.file.Path;
import java.util.Optional;

/// An ImageNet classifier: a network that outputs logits, or one with a classifier on its features.
///
/// **Threads:** one. **Owns:** native memory, until [#close].
final class Teacher implements AutoCloseable {
  private final TrainableNetwork network;
  private final Optional<LinearMap> classifier;

  private Teacher(TrainableNetwork network, Optional<LinearMap> classifier) {
    this.network = network;
    this.classifier = classifier;
  }

  /// @throws BrokenModelException when it is not a classifier
  static Teacher open(TeacherFile file) throws BrokenModelException {
    Network network = file.network();
    Optional<LinearMap> classifier = classifier(network, file.weights());
    if (network.output() == Network.Output.FEATURES && classifier.isEmpty()) {
      throw new BrokenModelException(
          "%s can't be the teacher: %s holds no classifier of it"
              .formatted(network.name(), file.weights()));
    }
    return new Teacher(
        TrainableNetwork.load(network, network.read(file.weights()), network.stages().size()),
        classifier);
  }

  /// The classifier that a network was published with, if the file contains it.
  ///
  /// @throws BrokenModelException when the file is missing or damaged
  static Optional<LinearMap> classifier(Network network, Path file) throws BrokenModelException {
    if (network.classifier().isEmpty()) {
      return Optional.empty();
    }
    Classifier classifier = network.classifier().get();
    if (!network.classifies(Weights.read(file, classifier.weight()::equals))) {
      return Optional.empty();
    }
    Weights weights = network.readWithClassifier(file);
    network.check(weights);
    return Optional.of(
        new LinearMap(
            weights.get(classifier.weight()).values(), weights.get(classifier.bias()).values()));
  }

  /// Number of its classes.
  int width() {
    return classifier.map(LinearMap::outputs).orElse(network.network().dimension());
  }

  /// Its answers, one distribution per picture.
  ///
  /// @param pixels interleaved 8-bit RGB squares, one after the other
  float[] answers(byte[] pixels, int count, int size) {
    try (NDManager manager = network.manager().newSubManager()) {
      NDArray out = network.forward(manager, pixels, count, size).stopGradient();
      if (classifier.isPresent()) {
        int features = network.network().dimension();
        NDArray weight = manager.create(classifier.get().weight(), new Shape(width(), features));
        out = out.matMul(weight.transpose()).add(manager.create(classifier.get().bias()));
      }
      return out.softmax(1).toFloatArray();
    }
  }

  @Override
  public void close() {
    network.close();
  }
}
