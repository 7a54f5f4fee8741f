package io.sketchstream.query;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/// Everything an operator can change about indexing and searching.
@ConfigMapping(prefix = "query")
public interface QueryConfig {
  /// Where the shards are; can be deleted while the service is down, and is then rebuilt from
  /// Kafka.
  @WithDefault("${user.home}/.sketchstream/index")
  Path stateDir();

  /// Where other query services reach this one, `host:port`. Unset: the address and port that HTTP
  /// listens on, or the address of the machine where HTTP listens on all of them.
  Optional<@Pattern(regexp = "[^:/\\s]+:\\d{1,5}") String> address();

  /// Further copies of each shard in other query services; they answer when the owner does not.
  @WithDefault("1")
  @Min(0)
  @Max(3)
  int standbys();

  /// Silence after which Kafka gives the shards and searches of a process to others. Its standbys
  /// answer at once; until then the shards it owned get no new images.
  @WithDefault("10s")
  @NotNull
  @DurationMin(seconds = 6)
  @DurationMax(minutes = 5)
  Duration sessionTimeout();

  /// Searches across several query services.
  Scatter scatter();

  interface Scatter {
    /// How long a copy of a shard may take before another one is asked as well.
    @WithDefault("150ms")
    @NotNull
    @DurationMin(millis = 1)
    Duration hedgeDelay();

    /// How long to wait for shards that do not answer when the others have; the answer then says
    /// how many are missing. With `complete=true` a search waits until its deadline.
    @WithDefault("1s")
    @NotNull
    @DurationMin(millis = 1)
    Duration incompleteAfter();

    /// Most concurrent requests to other query services, and most from them.
    @WithDefault("256")
    @Min(1)
    int requestsMax();

    /// How long the process that Kafka gave a search to may take from the moment the sketch is
    /// embedded, before the one that holds the HTTP caller searches itself.
    @WithDefault("500ms")
    @NotNull
    @DurationMin(millis = 1)
    Duration takeoverAfter();
  }

  /// Threads that apply embeddings, for each generation.
  @WithDefault("1")
  @Min(1)
  @Max(64)
  int indexingThreads();

  /// Longest time between two commits of a shard that changes; bounds what is replayed after a
  /// crash.
  @WithDefault("5s")
  @NotNull
  @DurationMin(millis = 50)
  @DurationMax(minutes = 10)
  Duration commitInterval();

  /// Embeddings applied to a shard after which it is committed before its time.
  @WithDefault("20000")
  @Min(1)
  int commitRecordsMax();

  /// Longest time between two refreshes of a shard that changes. The pace adapts below it: at once
  /// after a rest, and refreshes take no more than a fortieth of the time under load. Twenty times
  /// as long while merges are behind, as when a gallery is filled, and for a model that has not all
  /// images yet, unless a search waits for a write.
  @WithDefault("250ms")
  @NotNull
  @DurationMin(millis = 10)
  @DurationMax(minutes = 1)
  Duration refreshIntervalMax();

  /// Memory for vectors that a shard has not yet written to disk.
  @WithDefault("64M")
  MemorySize ramBufferMax();

  /// What the graph of each shard compares: `float32`, `int8` or `1bit`. Hits are scored by full
  /// vectors in any case; less is less memory that searches touch. Holds for segments written from
  /// then on; older ones are read as they are until they are merged.
  @WithDefault("float32")
  @Pattern(regexp = "float32|int8|1bit")
  String vectors();

  /// The graph of each shard.
  Hnsw hnsw();

  interface Hnsw {
    /// Neighbours kept for each image (M in the HNSW paper). Holds for segments written from then
    /// on.
    @WithDefault("16")
    @Min(2)
    @Max(512)
    int maxConn();

    /// Candidates looked at when an image is added (efConstruction).
    @WithDefault("100")
    @Min(10)
    @Max(3200)
    int beamWidth();

    /// Candidates looked at by a search, at least (efSearch). More finds more, and takes longer.
    @WithDefault("160")
    @Min(1)
    @Max(10000)
    int searchWidth();
  }

  /// How well the graph finds.
  Recall recall();

  interface Recall {
    /// Share of the searches that are answered once more by comparison with every image, off their
    /// path, to measure `sketchstream.query.recall`. It takes at most a hundredth of the time,
    /// whatever is set here; 0 disables it.
    @WithDefault("0.01")
    @DecimalMin("0")
    @DecimalMax("1")
    double sampleRate();
  }

  /// Searches that stay.
  Standing standing();

  interface Standing {
    /// Most standing queries; further ones get 429. Each is compared with every image that comes
    /// in, in every query service.
    @WithDefault("10000")
    @Min(0)
    @Max(1_000_000)
    int max();

    /// Most matches that a process remembers: they are listed, not told again, and withdrawn when
    /// their image is removed. Older ones stay in the topic `matches` for its retention.
    @WithDefault("100000")
    @Min(1)
    @Max(10_000_000)
    int matchesMax();

    /// Images, of the shards in a process, by which it learns how rare a score is.
    @WithDefault("8192")
    @Min(100)
    @Max(1_000_000)
    int sampleMax();

    /// Longest time until it learns that anew of a gallery that changes; one that has changed by a
    /// fifth does so at once.
    @WithDefault("10m")
    @NotNull
    @DurationMin(seconds = 1)
    @DurationMax(hours = 24)
    Duration calibrationInterval();

    /// Most callers over HTTP that hear matches live; further ones get 429.
    @WithDefault("200")
    @Min(1)
    @Max(100_000)
    int listenersMax();

    /// When a shard begins to tell matches, after a start or the switch to another model, what came
    /// in so long before is compared once more. What was told is not told again.
    @WithDefault("10m")
    @NotNull
    @DurationMin(seconds = 1)
    @DurationMax(hours = 24)
    Duration overlap();

    Webhooks webhooks();

    interface Webhooks {
      /// Whether a webhook's URL may begin with `http:`.
      @WithDefault("false")
      boolean allowHttp();

      /// Whether webhooks may be in the own network: at addresses that are private, of this machine
      /// or otherwise not public.
      @WithDefault("false")
      boolean allowPrivate();

      /// How long one call of a webhook may take.
      @WithDefault("10s")
      @NotNull
      @DurationMin(millis = 100)
      @DurationMax(minutes = 2)
      Duration timeout();

      /// Longest wait between two attempts. The first one is a second, each further one twice as
      /// long.
      @WithDefault("10m")
      @NotNull
      @DurationMin(seconds = 1)
      @DurationMax(hours = 24)
      Duration retryMax();

      /// A webhook that has failed for so long, whatever it was told, is called no longer.
      @WithDefault("24h")
      @NotNull
      @DurationMin(millis = 1)
      @DurationMax(days = 14)
      Duration stopAfter();

      /// Most calls at once. Webhooks that have failed or are slow get half of them.
      @WithDefault("32")
      @Min(2)
      @Max(1_000)
      int concurrentMax();
    }
  }

  /// How long a search over HTTP may take when its caller names no timeout.
  @WithDefault("5s")
  @NotNull
  @DurationMin(millis = 1)
  Duration timeout();

  /// Longest time a search may take. Deadlines of Kafka clients that are further away are cut to
  /// it; it also holds for searches without a deadline.
  @WithDefault("30s")
  @NotNull
  @DurationMin(millis = 1)
  @DurationMax(minutes = 4)
  Duration timeoutMax();

  /// Most HTTP callers that wait for an answer at once; further ones get 429.
  @WithDefault("256")
  @Min(1)
  int pendingMax();

  /// Most concurrent searches; further ones stay in Kafka.
  @WithDefault("128")
  @Min(1)
  int inFlightMax();

  /// Largest sketch accepted over HTTP.
  @WithDefault("1M")
  MemorySize sketchBytesMax();

  /// Most searches of one batch over HTTP.
  @WithDefault("32")
  @Min(1)
  @Max(256)
  int batchMax();

  /// Largest batch of searches accepted over HTTP.
  @WithDefault("8M")
  MemorySize batchBytesMax();

  /// How often lags and rates are sampled.
  @WithDefault("1s")
  @NotNull
  @DurationMin(millis = 50)
  Duration statusInterval();

  /// Where a browser reaches the ingest service. Unset: at the address of this service.
  Optional<String> ingestUrl();

  /// Where this service itself reaches the ingest service, when that is not `ingest-url`.
  Optional<String> galleryUrl();

  /// Where a browser reaches the training service. Unset: at the address of this service.
  Optional<String> trainingUrl();

  /// How long stopping the index may take.
  @WithDefault("5s")
  @NotNull
  @DurationMin(millis = 100)
  Duration closeTimeout();
}
