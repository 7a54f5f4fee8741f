package io.sketchstream.embed;

import io.sketchstream.encoder.EncoderOptions;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMin;

/// Everything an operator can change about embedding.
@ConfigMapping(prefix = "embed")
public interface EmbedConfig {
  /// Where the network runs: `auto` takes a GPU when libtorch sees one.
  @WithDefault("auto")
  EncoderOptions.Device device();

  /// Number format of the network: `auto` is the fastest one here that agrees with fp32; `bf16` and
  /// `int8` are used, or the model is refused. `int8` needs models that `./sketchstream calibrate`
  /// prepared.
  @WithDefault("auto")
  EncoderOptions.Precision precision();

  /// Threads that run forward passes. 0: one per processor. Use 1 with a GPU.
  @WithDefault("0")
  @Min(0)
  @Max(256)
  int threads();

  /// Threads that decode live images, and as many for those of a backfill. 0: one per processor.
  @WithDefault("0")
  @Min(0)
  @Max(256)
  int decoders();

  /// Threads that render sketches and write their answers.
  @WithDefault("2")
  @Min(1)
  @Max(64)
  int sketchDecoders();

  /// Records of a poll of `images`.
  @WithDefault("64")
  @Min(1)
  @Max(4096)
  int batchSizeMax();

  /// Batches of a generation in flight; the consumer is paused while there are more.
  @WithDefault("4")
  @Min(1)
  @Max(64)
  int inFlightBatchesMax();

  /// Images or sketches in one forward pass: 8 for a CPU, 64 or more for a GPU.
  @WithDefault("8")
  @Min(1)
  @Max(1024)
  int microBatchMax();

  /// Longest forward pass of images, in milliseconds. It bounds how long a sketch waits for one:
  /// passes are smaller on a slow device.
  @WithDefault("60")
  @Min(1)
  @Max(60_000)
  int imageBatchMillisMax();

  /// Sketches in flight; the consumer is paused while there are more.
  @WithDefault("256")
  @Min(1)
  @Max(100_000)
  int sketchesInFlightMax();

  /// Directory for copies of models from S3. It may be deleted while the service is down.
  @WithDefault("${user.home}/.sketchstream/model-cache")
  Path modelCache();

  /// The S3 that models come from.
  S3 s3();

  interface S3 {
    /// Server, when it is not Amazon's, such as `http://minio:9000`.
    Optional<URI> endpoint();

    /// Region of the bucket.
    @WithDefault("us-east-1")
    String region();

    /// Access key. Without one, credentials come from the environment or the machine.
    Optional<String> accessKey();

    /// Secret key of the access key.
    Optional<String> secretKey();
  }

  /// How a new generation embeds the images that are there.
  Backfill backfill();

  interface Backfill {
    /// Threads that run its forward passes. 0: one less than there are processors, at least one.
    /// Use 1 with a GPU.
    @WithDefault("0")
    @Min(0)
    @Max(256)
    int threads();

    /// Nice value (0 to 19) of these threads and of those that decode its images, on Linux; 20
    /// selects SCHED_IDLE, which runs only on processors that are otherwise idle.
    @WithDefault("20")
    @Min(0)
    @Max(20)
    int niceness();

    /// Limit of the images that this instance embeds a second for a backfill. 0: no limit.
    @WithDefault("0")
    @Min(0)
    @Max(1_000_000)
    int imagesPerSecond();
  }

  /// Name of this instance: the same after a restart, and different from that of any other. With
  /// one, an instance that crashed continues as soon as it is back; without, its partitions wait
  /// for `embed.session-timeout`.
  Optional<String> instanceId();

  /// How long an instance may be silent before other instances take its partitions. A write that
  /// takes longer fails.
  @WithDefault("10s")
  @NotNull
  @DurationMin(seconds = 6)
  Duration sessionTimeout();

  /// Wait before a loop that failed restarts from the committed offsets; doubled with each further
  /// failure, up to the maximum.
  @WithDefault("500ms")
  @NotNull
  @DurationMin(millis = 1)
  Duration retryBackoff();

  /// Longest wait before a loop that failed restarts.
  @WithDefault("30s")
  @NotNull
  @DurationMin(millis = 1)
  Duration retryBackoffMax();

  /// How long work in flight may take to finish when partitions move to another instance or the
  /// service stops. The next owner repeats what is not done by then.
  @WithDefault("4s")
  @NotNull
  @DurationMin(millis = 1)
  Duration drainMax();
}
