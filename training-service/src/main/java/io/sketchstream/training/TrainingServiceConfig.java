package io.sketchstream.training;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMin;

/// Everything an operator can change about training and about which model is served.
@ConfigMapping(prefix = "training")
public interface TrainingServiceConfig {
  /// Directory of the model artifact to serve when no generation is active; with another one active
  /// and this one unknown, it is rolled out. A model that is known already stays as it is.
  Optional<Path> model();

  /// Directory of the model artifact that comes with this release, for when `training.model` names
  /// none. It takes the place of an earlier release's, but never of a model that was trained or
  /// named here.
  Optional<Path> shippedModel();

  /// Where the artifacts of all generations are kept, each under the SHA-256 of its weights. Every
  /// embed service must see it under the same path.
  @WithDefault("${user.home}/.sketchstream/models")
  Path modelStore();

  /// Largest model that can be sent in over HTTP.
  @WithDefault("1G")
  @NotNull
  MemorySize artifactBytesMax();

  /// How a generation gets from registered to active.
  Rollout rollout();

  interface Rollout {
    /// Activate a generation as soon as it is ready; otherwise someone does it by hand.
    @WithDefault("true")
    boolean automatic();

    /// How often progress of a rollout is looked at.
    @WithDefault("1s")
    @NotNull
    @DurationMin(millis = 50)
    Duration checkInterval();

    /// A generation is ready when embedding and indexing what came in since the previous look took
    /// no longer than this.
    @WithDefault("10s")
    @NotNull
    @DurationMin(millis = 50)
    Duration catchUpMax();

    /// Wait for the index too, not for the embeddings alone. Off only where no query service runs.
    @WithDefault("true")
    boolean requireIndex();
  }
}
