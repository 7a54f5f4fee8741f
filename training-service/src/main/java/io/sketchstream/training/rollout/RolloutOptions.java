package io.sketchstream.training.rollout;

import io.sketchstream.training.TrainingServiceConfig;
import io.sketchstream.training.labels.LabelledQueries;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Settings of the rollout; [TrainingServiceConfig] documents each.
record RolloutOptions(
    Optional<Path> model,
    Optional<Path> shippedModel,
    boolean automatic,
    Duration checkInterval,
    Duration catchUpMax,
    boolean requireIndex,
    boolean deleteRetiredArtifacts,
    LabelledQueries.Options comparison,
    LiveSupervision.Options supervision) {
  /// Without live comparisons.
  RolloutOptions(
      Optional<Path> model,
      Optional<Path> shippedModel,
      boolean automatic,
      Duration checkInterval,
      Duration catchUpMax,
      boolean requireIndex) {
    this(
        model,
        shippedModel,
        automatic,
        checkInterval,
        catchUpMax,
        requireIndex,
        false,
        new LabelledQueries.Options(1, 1, 1),
        new LiveSupervision.Options(false, 0, 0, 0, Duration.ZERO, Duration.ZERO));
  }

  static RolloutOptions of(TrainingServiceConfig config) {
    TrainingServiceConfig.Rollout rollout = config.rollout();
    return new RolloutOptions(
        config.model(),
        config.shippedModel(),
        rollout.automatic(),
        rollout.checkInterval(),
        rollout.catchUpMax(),
        rollout.requireIndex(),
        config.deleteRetiredArtifacts(),
        new LabelledQueries.Options(
            rollout.comparison().queriesMax(),
            config.gate().queriesMin(),
            config.dataset().labelsMax()),
        new LiveSupervision.Options(
            rollout.comparison().enabled() && rollout.requireIndex(),
            rollout.comparison().margin(),
            rollout.watch().errorMargin(),
            rollout.watch().refusedMargin(),
            rollout.watch().window(),
            rollout.watch().interval()));
  }
}
