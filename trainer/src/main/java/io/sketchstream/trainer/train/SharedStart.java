package io.sketchstream.trainer.train;

import io.sketchstream.encoder.ModelInput;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Weights;
import java.util.Optional;

/// Where trainings begin, computed once for all that begin in the same place: the same pictures,
/// pretrained weights and way to make an embedding. It takes a pass of the network over every
/// photo.
///
/// **Threads:** one.
final class SharedStart {
  private record Key(String network, ModelInput trained, int dimension, boolean classifierStart) {}

  private Key key;
  private Initialization start;

  /// @param initial weights of a file
  Initialization of(
      TrainingConfig config,
      TrainingInput input,
      Weights initial,
      Optional<LinearMap> classifier,
      TrainingProgress progress)
      throws BrokenModelException {
    if (config.classifierStart() && classifier.isEmpty()) {
      return Initialization.of(config, input, initial, classifier, progress); // At random.
    }
    Key wanted =
        new Key(
            config.network(),
            new ModelInput(config.inputSize(), config.photoFit(), config.sketchFit()),
            config.dimension(),
            config.classifierStart());
    if (!wanted.equals(key)) {
      start = Initialization.of(config, input, initial, classifier, progress);
      key = wanted;
    }
    return start;
  }
}
