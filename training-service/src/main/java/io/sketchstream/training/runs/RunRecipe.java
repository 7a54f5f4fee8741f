package io.sketchstream.training.runs;

import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.training.train.TrainingConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The hyperparameters of a run: the standard ones, but of the network, dimension and size of the
/// active generation, with whose weights it begins; then what is configured; then what was asked
/// for.
final class RunRecipe {
  private static final List<String> FIXED = List.of("network", "dimension");

  private RunRecipe() {}

  /// @throws IllegalArgumentException when a setting is unknown, out of range or not to be chosen
  static TrainingConfig of(
      ModelArtifact base, RunOptions.Learning learning, Map<String, String> overrides) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("network", base.network().name());
    if (base.weights().find(Network.EMBEDDING_WEIGHT).isPresent()) {
      values.put("dimension", Integer.toString(base.dimension()));
    }
    values.put("servedSize", Integer.toString(base.inputSize()));
    values.put("inputSize", Integer.toString(trainedSize(base.inputSize())));
    if (learning.teacher().isEmpty()) {
      values.put("objectives.preservation", "0");
    }
    for (Map<String, String> more : List.of(learning.recipe(), overrides)) {
      more.forEach((name, value) -> {
        if (FIXED.contains(name)) {
          throw new IllegalArgumentException(
              name + " is that of the active generation, whose weights a run starts from");
        }
        values.put(name, value);
      });
    }
    return TrainingConfig.standard().with(values);
  }

  /// Batches can't have more classes than there are.
  static TrainingConfig fitted(TrainingConfig config, int classes) {
    return config.classesPerBatch() <= classes
        ? config
        : config.with(Map.of("classesPerBatch", Integer.toString(classes)));
  }

  /// Crops make objects look larger in training than when served; four fifths make up for it.
  private static int trainedSize(int servedSize) {
    return Math.max(32, servedSize * 4 / 5 / 8 * 8);
  }
}
