package io.sketchstream.training.runs;

import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.trainer.train.Recipe;
import io.sketchstream.trainer.train.TrainingConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The hyperparameters of a run: the defaults with network, dimension and size of the active
/// generation, whose weights it starts from; then the configured ones; then the requested ones.
final class RunRecipe {
  private static final List<String> FIXED =
      List.of("network", "dimension", "servedPhotoFit", "sketchFit", "whitening");

  private RunRecipe() {}

  /// @throws IllegalArgumentException when a setting is unknown, out of range or fixed
  static TrainingConfig of(
      ModelArtifact base, RunOptions.Learning learning, Map<String, String> overrides) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("network", base.network().name());
    if (base.weights().find(Network.EMBEDDING_WEIGHT).isPresent()) {
      values.put("dimension", Integer.toString(base.dimension()));
    }
    values.put("servedSize", Integer.toString(base.inputSize()));
    values.put("inputSize", Integer.toString(trainedSize(base.inputSize())));
    values.put("servedPhotoFit", base.input().photos().name());
    values.put("sketchFit", base.input().sketches().name());
    values.put("bankSize", "0"); // The bank of the base stays.
    if (learning.teacher().isEmpty() && base.knowledge().isEmpty()) {
      values.put("objectives.preservation", "0");
    }
    for (Map<String, String> more : List.of(learning.recipe(), overrides)) {
      more.forEach((name, value) -> {
        if (FIXED.contains(name)) {
          throw new IllegalArgumentException(
              name + " is that of the active generation; it can't be changed");
        }
        values.put(name, value);
      });
    }
    return Recipe.STANDARD.with(values);
  }

  /// Reduces the classes of a batch to those that exist.
  static TrainingConfig fitted(TrainingConfig config, int classes) {
    return config.classesPerBatch() <= classes
        ? config
        : config.with(Map.of("classesPerBatch", Integer.toString(classes)));
  }

  /// Random crops enlarge objects in training; four fifths of the served size compensate for it.
  private static int trainedSize(int servedSize) {
    return Math.max(48, servedSize * 4 / 5 / 8 * 8);
  }
}
