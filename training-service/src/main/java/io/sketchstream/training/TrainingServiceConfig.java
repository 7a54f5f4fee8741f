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
import java.util.Map;
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

  /// Delete the weights of a trained or sent-in model once its generation is retired or rejected
  /// and holds nothing in Kafka any more; its report stays. Kept otherwise, so that it can be
  /// brought back by activating it: all else can be made again from the topics, a model can't.
  @WithDefault("false")
  boolean deleteRetiredArtifacts();

  /// Largest model that can be sent in over HTTP.
  @WithDefault("1G")
  @NotNull
  MemorySize artifactBytesMax();

  /// How a generation gets from registered to active.
  Rollout rollout();

  /// Where runs keep pictures, checkpoints and logs while they train. A run goes on from its last
  /// checkpoint where it is found here; where instances share the directory, on any of them.
  @WithDefault("${user.home}/.sketchstream/training")
  Path home();

  /// Train this long after the last run began, if there are new labels; not by itself without it.
  Optional<@DurationMin(seconds = 1) Duration> every();

  /// Train when so many labels came since the last run began; nought: not for that reason.
  @WithDefault("0")
  @Min(0)
  long newLabels();

  /// What runs learn from.
  Dataset dataset();

  /// How runs learn.
  Run run();

  /// When a trained model is good enough.
  Gate gate();

  interface Dataset {
    /// Photos, and sketches, that a class needs to be learned from.
    @WithDefault("5")
    @Min(2)
    int examplesMin();

    /// Classes with that many, without which there is nothing to learn.
    @WithDefault("4")
    @Min(2)
    int classesMin();

    /// Photos, and sketches, of a class that are used; drawn by a stable hash where there are more.
    @WithDefault("1000")
    @Min(2)
    int examplesMax();

    /// Labels that are read into memory; a run over more fails and says so.
    @WithDefault("2000000")
    @Min(1)
    int labelsMax();

    /// Bytes that must stay free on the disk of `training.home`.
    @WithDefault("512M")
    MemorySize diskFreeMin();
  }

  interface Run {
    /// Hyperparameters other than the standard ones, by name, such as
    /// `training.run.recipe.iterations`. Network and dimension are those of the active generation.
    Map<String, String> recipe();

    /// Prepared teacher signals, or the directory of the teacher, for the preservation objective;
    /// without it that objective is off.
    Optional<Path> teacher();

    /// Threads of a run, besides one that reads pictures ahead. Libtorch uses the first of them.
    @WithDefault("1")
    @Min(1)
    @Max(64)
    int threads();

    /// How nice those threads are to all others, 0 to 19 as for `nice`; on Linux.
    @WithDefault("10")
    @Min(0)
    @Max(19)
    int niceness();

    /// Iterations between checkpoints.
    @WithDefault("20")
    @Min(1)
    int checkpointEvery();

    /// How often a run is begun again after its service died; then it fails.
    @WithDefault("3")
    @Min(0)
    int restartsMax();
  }

  interface Gate {
    /// By how much mAP@all must be better than the active generation's, at the lower end of the
    /// confidence interval of the difference. -1 lets everything through.
    @WithDefault("0")
    @DecimalMin("-1")
    @DecimalMax("1")
    double margin();

    /// The confidence of that interval.
    @WithDefault("0.95")
    @DecimalMin("0.5")
    @DecimalMax("0.999")
    double confidence();

    /// The part of all classes that is held out, by a stable hash of their names, 0 to 0.5.
    @WithDefault("0.2")
    @DecimalMin("0.01")
    @DecimalMax("0.5")
    double heldOutShare();

    /// With fewer classes held out than this, examples of all classes are held out instead.
    @WithDefault("3")
    @Min(2)
    int heldOutClassesMin();

    /// Sketches that must be held out in all; fewer can't tell two models apart.
    @WithDefault("10")
    @Min(2)
    int queriesMin();

    /// Photos, and sketches, of a class that are evaluated on.
    @WithDefault("100")
    @Min(1)
    int examplesMax();

    /// Resamplings of the queries for the interval.
    @WithDefault("2000")
    @Min(100)
    int resamples();
  }

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

      /// Most labelled sketches that are searched with; of held-out classes where these suffice.
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

      /// The share of images that it can't embed may be this much higher than of the one before it:
      /// of those of the last days before it is activated, of new ones after. Fewer than five more
      /// are never a reason. 1: refused images are no reason.
      @WithDefault("0.05")
      @DecimalMin("0")
      @DecimalMax("1")
      double refusedMargin();
    }
  }
}
