package io.sketchstream.training.rollout;

import io.sketchstream.training.TrainingServiceConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// What the controller can be told; [TrainingServiceConfig] documents each.
record RolloutOptions(
    Optional<Path> model,
    Optional<Path> shippedModel,
    boolean automatic,
    Duration checkInterval,
    Duration catchUpMax,
    boolean requireIndex,
    boolean deleteRetiredArtifacts,
    LabelledHoldOut.Options comparison,
    Supervision.Options supervision) {
  /// Without comparing what is served.
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
        new LabelledHoldOut.Options(1, 1, 1),
        new Supervision.Options(false, 0, 0, 0, Duration.ZERO, Duration.ZERO));
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
        new LabelledHoldOut.Options(
            rollout.comparison().queriesMax(),
            config.gate().queriesMin(),
            config.gate().heldOutClassesMin()),
        new Supervision.Options(
            rollout.comparison().enabled(),
            rollout.comparison().margin(),
            rollout.watch().errorMargin(),
            rollout.watch().refusedMargin(),
            rollout.watch().window(),
            rollout.watch().interval()));
  }
}
