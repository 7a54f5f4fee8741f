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
    boolean requireIndex) {
  static RolloutOptions of(TrainingServiceConfig config) {
    TrainingServiceConfig.Rollout rollout = config.rollout();
    return new RolloutOptions(
        config.model(),
        config.shippedModel(),
        rollout.automatic(),
        rollout.checkInterval(),
        rollout.catchUpMax(),
        rollout.requireIndex());
  }
}
