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
  /// Where the network runs: `cpu`, `cuda` or `auto`, which takes a GPU if libtorch finds one.
  @WithDefault("auto")
  EncoderOptions.Device device();

  /// Number format of the network: `fp32`, `bf16`, `int8` or `auto`, the fastest that agrees with
  /// fp32 on this machine. A model that can't run in the given format, or does not agree with fp32
  /// in it, is refused. `int8` needs a CPU and a model that `./sketchstream calibrate` prepared.
  @WithDefault("auto")
  EncoderOptions.Precision precision();

  /// Threads that run forward passes. 0: one per processor. Use 1 with a GPU.
  @WithDefault("0")
  @Min(0)
  @Max(256)
  int threads();

  /// Threads that decode live images; a backfill has the same number of its own. 0: one per
  /// processor.
  @WithDefault("0")
  @Min(0)
  @Max(256)
  int decoders();

  /// Threads that render strokes and plain rasters and write answers. As many more wait for the
  /// decoder processes, which open SVG and other files.
  @WithDefault("2")
  @Min(1)
  @Max(64)
  int sketchDecoders();

  /// Most records that one poll of `images` returns.
  @WithDefault("64")
  @Min(1)
  @Max(4096)
  int batchSizeMax();

  /// Most batches of a generation in flight; the consumer is paused at this limit.
  @WithDefault("4")
  @Min(1)
  @Max(64)
  int inFlightBatchesMax();

  /// Most images or sketches in one forward pass. Use 8 for a CPU, 64 or more for a GPU.
  @WithDefault("8")
  @Min(1)
  @Max(1024)
  int microBatchMax();

  /// Longest forward pass of images, in milliseconds; a slow device gets smaller passes. It bounds
  /// how long a sketch waits for such a pass.
  @WithDefault("60")
  @Min(1)
  @Max(60_000)
  int imageBatchMillisMax();

  /// Most sketches in flight; further ones wait in Kafka.
  @WithDefault("256")
  @Min(1)
  @Max(100_000)
  int sketchesInFlightMax();

  /// Directory for local copies of models from S3. It may be deleted while the service is stopped.
  @WithDefault("${user.home}/.sketchstream/model-cache")
  Path modelCache();

  /// The S3 that models come from.
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

  /// How a new generation embeds the existing images.
  Backfill backfill();

  interface Backfill {
    /// Threads that run the forward passes of a backfill. 0: one less than there are processors, at
    /// least one. Use 1 with a GPU.
    @WithDefault("0")
    @Min(0)
    @Max(256)
    int threads();

    /// Nice value (0 to 19) of the threads that embed and decode for a backfill; Linux only. 20
    /// selects SCHED_IDLE: such threads run only on processors that are otherwise idle.
    @WithDefault("20")
    @Min(0)
    @Max(20)
    int niceness();

    /// Most images per second that this instance embeds for a backfill. 0: no limit.
    @WithDefault("0")
    @Min(0)
    @Max(1_000_000)
    int imagesPerSecond();
  }

  /// Unique name of this instance that stays the same after a restart. With a name, an instance
  /// that crashed continues as soon as it is back; without one, its partitions wait for
  /// `embed.session-timeout`.
  Optional<String> instanceId();

  /// How long an instance may be silent before other instances take over its partitions. A write to
  /// Kafka that takes longer fails.
  @WithDefault("10s")
  @NotNull
  @DurationMin(seconds = 6)
  Duration sessionTimeout();

  /// Wait before a failed loop restarts from the committed offsets; doubled with each further
  /// failure, up to `embed.retry-backoff-max`.
  @WithDefault("500ms")
  @NotNull
  @DurationMin(millis = 1)
  Duration retryBackoff();

  /// Longest wait before a failed loop restarts.
  @WithDefault("30s")
  @NotNull
  @DurationMin(millis = 1)
  Duration retryBackoffMax();

  /// How long work in flight may take to finish when partitions move to another instance or the
  /// service stops. The next owner repeats what is not finished by then.
  @WithDefault("4s")
  @NotNull
  @DurationMin(millis = 1)
  Duration drainMax();
}
