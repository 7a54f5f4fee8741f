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

  /// Numbers the network computes with: `auto` takes what is fastest here and agrees with fp32;
  /// `bf16` and `int8` are used or refused. `int8` needs models that `./sketchstream calibrate`
  /// saw.
  @WithDefault("auto")
  EncoderOptions.Precision precision();

  /// Threads that run forward passes, sharing one network per generation. 0: one per processor; a
  /// GPU wants 1.
  @WithDefault("0")
  @Min(0)
  @Max(256)
  int threads();

  /// Threads that decode images for all generations, and as many for those that catch up. 0: one
  /// per processor.
  @WithDefault("0")
  @Min(0)
  @Max(256)
  int decoders();

  /// Threads that render sketches and write their answers.
  @WithDefault("2")
  @Min(1)
  @Max(64)
  int sketchDecoders();

  /// Images taken from Kafka at a time.
  @WithDefault("64")
  @Min(1)
  @Max(4096)
  int batchSizeMax();

  /// Batches of a generation between Kafka and Kafka; with more, its consumer pauses.
  @WithDefault("4")
  @Min(1)
  @Max(64)
  int inFlightBatchesMax();

  /// Images or sketches in one forward pass. 8 suits a CPU; a GPU wants 64 or more.
  @WithDefault("8")
  @Min(1)
  @Max(1024)
  int microBatchMax();

  /// Longest forward pass of images, in milliseconds, and so the longest that a sketch waits for
  /// one: passes get smaller on a slow device.
  @WithDefault("60")
  @Min(1)
  @Max(60_000)
  int imageBatchMillisMax();

  /// Sketches between Kafka and Kafka; with more, the consumer pauses.
  @WithDefault("256")
  @Min(1)
  @Max(100_000)
  int sketchesInFlightMax();

  /// Where models that come from S3 are kept. It may be deleted while the service is down.
  @WithDefault("${user.home}/.sketchstream/model-cache")
  Path modelCache();

  /// How to reach the S3 that models come from, where they do.
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

  /// How a new generation catches up with the gallery.
  Backfill backfill();

  interface Backfill {
    /// Threads that run its forward passes. 0: one less than there are processors, at least one; a
    /// GPU wants 1.
    @WithDefault("0")
    @Min(0)
    @Max(256)
    int threads();

    /// How nice they, and as many that decode its images as `embed.decoders` says, are to all
    /// others, 0 to 19 as for `nice`; on Linux. 20, its idle class, takes only what nobody else
    /// wants, and leaves at once when they do.
    @WithDefault("20")
    @Min(0)
    @Max(20)
    int niceness();

    /// Most images a second that this instance embeds for a generation that is not yet active; 0
    /// for no limit.
    @WithDefault("0")
    @Min(0)
    @Max(1_000_000)
    int imagesPerSecond();
  }

  /// Name of this instance that stays over restarts and that no other instance has. With one, an
  /// instance that crashed goes on as soon as it is back; without, its share of the work waits for
  /// `embed.session-timeout`.
  Optional<String> instanceId();

  /// How long an instance may be silent before others take its share of the work.
  @WithDefault("10s")
  @NotNull
  @DurationMin(seconds = 6)
  Duration sessionTimeout();

  /// How long a loop that failed waits before it starts again from the committed offsets; doubled
  /// up to the maximum while it keeps failing.
  @WithDefault("500ms")
  @NotNull
  @DurationMin(millis = 1)
  Duration retryBackoff();

  /// Longest wait before a loop that failed starts again.
  @WithDefault("30s")
  @NotNull
  @DurationMin(millis = 1)
  Duration retryBackoffMax();

  /// How long work under way may take to finish when partitions move to another instance or the
  /// service stops; what is not done by then is done again by the next owner.
  @WithDefault("4s")
  @NotNull
  @DurationMin(millis = 1)
  Duration drainMax();
}
