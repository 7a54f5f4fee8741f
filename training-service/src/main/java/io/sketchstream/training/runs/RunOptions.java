package io.sketchstream.training.runs;

import io.sketchstream.trainer.data.HeldOutExamples;
import io.sketchstream.training.TrainingServiceConfig;
import io.sketchstream.training.labels.DatasetBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// Settings of runs; [TrainingServiceConfig] documents each.
record RunOptions(
    Path home,
    Optional<Duration> every,
    long newLabels,
    DatasetBuilder.Options dataset,
    GateOptions gate,
    HeldOut heldOut,
    Learning learning) {

  /// What is held out.
  ///
  /// @param sketchesMin with fewer, contours of its photos stand in for the sketches of a class
  record HeldOut(HeldOutExamples rule, int queriesMin, int sketchesMin) {}

  /// The training.
  record Learning(
      Map<String, String> recipe,
      Optional<Path> teacher,
      int threads,
      int niceness,
      Duration checkpointEvery,
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
            dataset.galleryMax(),
            dataset.diskFreeMin().asLongValue()),
        new GateOptions(
            gate.margin(), gate.confidence(), gate.examplesMax(), gate.elsewhereMargin()),
        new HeldOut(
            new HeldOutExamples(gate.heldOutShare()), gate.queriesMin(), dataset.examplesMin()),
        new Learning(
            run.recipe(),
            run.teacher(),
            run.threads(),
            run.niceness(),
            run.checkpointEvery(),
            run.restartsMax()));
  }
}
