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

/// Settings of training and of which model is served.
@ConfigMapping(prefix = "training")
public interface TrainingServiceConfig {
  /// Directory of the model artifact to serve. Activated at once when no generation is active,
  /// otherwise rolled out. A model that is already known keeps its state.
  Optional<Path> model();

  /// Directory of the model artifact of this release, used when `training.model` is not set. It
  /// replaces the model of an earlier release, never a model that was trained or configured here.
  Optional<Path> shippedModel();

  /// Location of the model artifacts: a path or `file:` URI that every embed service sees under the
  /// same path, or `s3://bucket/prefix`.
  @WithDefault("${user.home}/.sketchstream/models")
  String modelStore();

  /// Directory for local copies of models in S3. It may be deleted while the service is stopped.
  @WithDefault("${user.home}/.sketchstream/model-cache")
  Path modelCache();

  /// Connection to the S3 of `training.model-store`.
  S3 s3();

  interface S3 {
    /// URL of an S3 server other than Amazon's, such as `http://minio:9000`.
    Optional<URI> endpoint();

    /// Region of the bucket.
    @WithDefault("us-east-1")
    String region();

    /// Access key; without it, credentials come from the environment or the machine.
    Optional<String> accessKey();

    /// Secret key that belongs to the access key.
    Optional<String> secretKey();
  }

  /// Delete the weights of a trained or uploaded model once its generation is retired or rejected
  /// and nothing of it is left in Kafka; its report stays. Otherwise the weights are kept, so that
  /// the generation can be activated again.
  @WithDefault("false")
  boolean deleteRetiredArtifacts();

  /// Largest model that can be uploaded over HTTP, packed and unpacked. One upload runs at a time.
  @WithDefault("1G")
  @NotNull
  MemorySize artifactBytesMax();

  /// How a generation goes from registered to active.
  Rollout rollout();

  /// Working directory of runs: pictures, checkpoints and logs. An interrupted run resumes from its
  /// last checkpoint here; on any instance when they share the directory.
  @WithDefault("${user.home}/.sketchstream/training")
  Path home();

  /// Interval between the starts of scheduled runs; a run starts only if there are new labels. Not
  /// set: no scheduled runs.
  Optional<@DurationMin(seconds = 1) Duration> every();

  /// Number of records of labels written since the last run began that starts a run. A label that
  /// is replaced counts again, and a withdrawal once for each partition of `labels`. 0 disables the
  /// trigger.
  @WithDefault("0")
  @Min(0)
  long newLabels();

  /// The data that runs learn from.
  Dataset dataset();

  /// The training itself.
  Run run();

  /// The conditions under which a trained model is rolled out.
  Gate gate();

  interface Dataset {
    /// Photos that a class needs to be used. If it has fewer sketches than this, contours of its
    /// photos replace them.
    @WithDefault("5")
    @Min(2)
    int examplesMin();

    /// Usable classes that a run needs.
    @WithDefault("4")
    @Min(2)
    int classesMin();

    /// Most photos, and most sketches, that are used of one class; if there are more, a stable hash
    /// chooses.
    @WithDefault("1000")
    @Min(2)
    int examplesMax();

    /// Most labels that are read into memory; with more labels a run fails.
    @WithDefault("2000000")
    @Min(1)
    int labelsMax();

    /// Most unlabelled images of the gallery that a run uses, chosen by a stable hash: a fifth, or
    /// 50 of fewer than 250, measures changes outside the labelled classes, the rest trains against
    /// forgetting. 0 disables both.
    @WithDefault("2000")
    @Min(0)
    @Max(100_000)
    int galleryMax();

    /// Free disk space that must remain on the disk of `training.home`.
    @WithDefault("512M")
    MemorySize diskFreeMin();
  }

  interface Run {
    /// Hyperparameters that differ from the defaults, by name, such as
    /// `training.run.recipe.iterations`. Network and dimension are those of the active generation.
    Map<String, String> recipe();

    /// Directory of the teacher for the preservation objective. Not set: the answers that the
    /// active generation keeps of its own teacher, if it was trained with one; without those the
    /// objective is off.
    Optional<Path> teacher();

    /// Threads of a run that read and compare pictures. Its network uses one core, and batches are
    /// prefetched on half of the cores, at most four.
    @WithDefault("1")
    @Min(1)
    @Max(64)
    int threads();

    /// Nice value (0 to 19) of the threads of a run; Linux only.
    @WithDefault("10")
    @Min(0)
    @Max(19)
    int niceness();

    /// Time between checkpoints. 0: only when a run is stopped.
    @WithDefault("30s")
    Duration checkpointEvery();

    /// How often a run is restarted after a crash of its service before it fails.
    @WithDefault("3")
    @Min(0)
    int restartsMax();
  }

  interface Gate {
    /// Required gain in mAP@all over the active generation on held-out examples, at the lower end
    /// of the confidence interval over the classes. -1 accepts every model.
    @WithDefault("0")
    @DecimalMin("-1")
    @DecimalMax("1")
    double margin();

    /// One-sided confidence level of that interval.
    @WithDefault("0.9")
    @DecimalMin("0.5")
    @DecimalMax("0.999")
    double confidence();

    /// Share of the examples of each class that is held out, chosen by a stable hash.
    @WithDefault("0.2")
    @DecimalMin("0.01")
    @DecimalMax("0.5")
    double heldOutShare();

    /// Held-out sketches that the comparison needs at least.
    @WithDefault("10")
    @Min(2)
    int queriesMin();

    /// Most held-out photos, and most held-out sketches, that are evaluated of one class.
    @WithDefault("100")
    @Min(1)
    int examplesMax();

    /// Tolerated loss of mAP outside the labelled classes, estimated from the share of nearest
    /// neighbours that change for unlabelled images of the gallery: 0.02 tolerates a change of
    /// about a quarter of them.
    @WithDefault("0.02")
    @DecimalMin("0")
    @DecimalMax("1")
    double elsewhereMargin();
  }

  interface Rollout {
    /// Activate a generation as soon as it is ready; otherwise it waits for a request.
    @WithDefault("true")
    boolean automatic();

    /// Interval between checks of the progress of a rollout.
    @WithDefault("1s")
    @NotNull
    @DurationMin(millis = 50)
    Duration checkInterval();

    /// A generation is ready when embedding and indexing everything up to the current end of the
    /// topics takes no longer than this.
    @WithDefault("10s")
    @NotNull
    @DurationMin(millis = 50)
    Duration catchUpMax();

    /// Wait for the index as well as for the embeddings. Disable only where no query service runs.
    @WithDefault("true")
    boolean requireIndex();

    /// The live comparison of a candidate that has all images with the active generation.
    Comparison comparison();

    /// The probation of a generation after its activation.
    Watch watch();

    interface Comparison {
      /// Search both generations with labelled sketches and reject a worse candidate.
      @WithDefault("true")
      boolean enabled();

      /// Most labelled sketches used as queries; only held-out ones if there are enough.
      @WithDefault("60")
      @Min(1)
      @Max(10_000)
      int queriesMax();

      /// Tolerated loss of mean average precision.
      @WithDefault("0.02")
      @DecimalMin("0")
      @DecimalMax("1")
      double margin();
    }

    interface Watch {
      /// Length of the probation; a regression within it triggers an automatic rollback. 0s
      /// disables it.
      @WithDefault("10m")
      @NotNull
      Duration window();

      /// Interval between comparisons with the previous generation.
      @WithDefault("30s")
      @NotNull
      @DurationMin(millis = 50)
      Duration interval();

      /// Tolerated increase of the share of searches that fail with a server error.
      @WithDefault("0.05")
      @DecimalMin("0")
      @DecimalMax("1")
      double errorMargin();

      /// Tolerated increase of the share of images that can't be embedded. A candidate is measured
      /// on the images of the last six days, an active generation on those since its activation. An
      /// increase of fewer than five images is always tolerated. 1 disables the check.
      @WithDefault("0.05")
      @DecimalMin("0")
      @DecimalMax("1")
      double refusedMargin();
    }
  }
}
