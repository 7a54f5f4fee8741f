package io.sketchstream.training.runs;

import io.sketchstream.training.TrainingServiceConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// What runs can be told; [TrainingServiceConfig] documents each.
record RunOptions(
    Path home,
    Optional<Duration> every,
    long newLabels,
    DatasetBuilder.Options dataset,
    Gate.Options gate,
    HeldOut heldOut,
    Learning learning) {

  /// What is held out.
  record HeldOut(double share, int classesMin, int queriesMin) {}

  /// How to train.
  record Learning(
      Map<String, String> recipe,
      Optional<Path> teacher,
      int threads,
      int niceness,
      int checkpointEvery,
      int restartsMax) {
    Learning {
      recipe = Map.copyOf(recipe);
    }
  }

  static RunOptions of(TrainingServiceConfig config) {
    TrainingServiceConfig.Dataset dataset = config.dataset();
    TrainingServiceConfig.Gate gate = config.gate();
    TrainingServiceConfig.Run run = config.run();
    return new RunOptions(
        config.home().toAbsolutePath().normalize(),
        config.every(),
        config.newLabels(),
        new DatasetBuilder.Options(
            dataset.examplesMin(),
            dataset.classesMin(),
            dataset.examplesMax(),
            dataset.labelsMax(),
            dataset.diskFreeMin().asLongValue()),
        new Gate.Options(gate.margin(), gate.confidence(), gate.examplesMax(), gate.resamples()),
        new HeldOut(gate.heldOutShare(), gate.heldOutClassesMin(), gate.queriesMin()),
        new Learning(
            run.recipe(),
            run.teacher(),
            run.threads(),
            run.niceness(),
            run.checkpointEvery(),
            run.restartsMax()));
  }
}
