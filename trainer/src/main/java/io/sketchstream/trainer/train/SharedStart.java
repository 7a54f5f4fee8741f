package io.sketchstream.trainer.train;

import io.sketchstream.encoder.ModelInput;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Weights;
import java.util.Optional;

/// Initial states, each computed once for all trainings that share it: the same pictures,
/// pretrained weights and kind of embedding. Computing one takes a pass of the network over all
/// photos.
///
/// **Threads:** one.
final class SharedStart {
  private record Key(String network, ModelInput trained, int dimension, boolean classifierStart) {}

  private Key key;
  private Initialization start;

  /// @param initial weights from a file
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
