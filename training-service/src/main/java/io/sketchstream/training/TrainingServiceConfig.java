package io.sketchstream.training;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.net.URI;
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

  /// Where the artifacts of all generations are kept, each under the SHA-256 of its identity: a
  /// path or `file:` URI, which every embed service must see under the same path, or
  /// `s3://bucket/prefix`.
  @WithDefault("${user.home}/.sketchstream/models")
  String modelStore();

  /// Where models that come from S3 are kept. It may be deleted while the service is down.
  @WithDefault("${user.home}/.sketchstream/model-cache")
  Path modelCache();

  /// How to reach the S3 of `training.model-store`.
  S3 s3();

  interface S3 {
    /// A server other than Amazon's, such as `http://minio:9000`.
    Optional<URI> endpoint();

    /// Region of the bucket.
    @WithDefault("us-east-1")
    String region();

    /// With its secret key; without one, credentials come from the environment or the machine.
    Optional<String> accessKey();

    /// The other half of the credentials.
    Optional<String> secretKey();
  }

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

    /// How a candidate that has all images is compared with the active generation.
    Comparison comparison();

    /// How a generation is watched after its activation.
    Watch watch();

    interface Comparison {
      /// Search both with labelled sketches, where there are any, and reject a worse candidate.
      @WithDefault("true")
      boolean enabled();

      /// Most labelled sketches that are searched with.
      @WithDefault("60")
      @Min(1)
      @Max(10_000)
      int queriesMax();

      /// A candidate may have this much less mean average precision.
      @WithDefault("0.02")
      @DecimalMin("0")
      @DecimalMax("1")
      double margin();
    }

    interface Watch {
      /// How long a generation is watched; a regression within that time rolls it back by itself.
      /// Nought: not at all.
      @WithDefault("10m")
      @NotNull
      Duration window();

      /// How often it is compared with the one before it meanwhile.
      @WithDefault("30s")
      @NotNull
      @DurationMin(millis = 50)
      Duration interval();

      /// The share of searches that fail for reasons of ours may grow by this much.
      @WithDefault("0.05")
      @DecimalMin("0")
      @DecimalMax("1")
      double errorMargin();
    }
  }
}
