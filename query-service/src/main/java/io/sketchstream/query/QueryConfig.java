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
  /// Directory of the shards. May be deleted while the service is down; it is rebuilt from Kafka.
  @WithDefault("${user.home}/.sketchstream/index")
  Path stateDir();

  /// Address at which other query services reach this one, `host:port`, an IPv6 address in
  /// brackets. Not set: the address and port that HTTP listens on; if HTTP listens on all
  /// addresses, the address of the machine.
  Optional<@Pattern(regexp = "(\\[[0-9a-fA-F:.]+]|[^:/\\s]+):\\d{1,5}") String> address();

  /// Standby copies of each shard, in other query services. They answer when the owner does not.
  @WithDefault("1")
  @Min(0)
  @Max(3)
  int standbys();

  /// How long a process may be silent before Kafka assigns its shards and searches to others.
  /// Standby copies answer at once; until the reassignment, the shards of the silent process get no
  /// new images.
  @WithDefault("10s")
  @NotNull
  @DurationMin(seconds = 6)
  @DurationMax(minutes = 5)
  Duration sessionTimeout();

  /// Searches across several query services.
  Scatter scatter();

  interface Scatter {
    /// How long a copy of a shard may take to answer before another copy is asked as well.
    @WithDefault("150ms")
    @NotNull
    @DurationMin(millis = 1)
    Duration hedgeDelay();

    /// How long a search waits for missing shards if at least one has answered; the answer says how
    /// many are missing. With `complete=true` it waits until its deadline.
    @WithDefault("1s")
    @NotNull
    @DurationMin(millis = 1)
    Duration incompleteAfter();

    /// Most concurrent requests to other query services, and most concurrent requests from them.
    @WithDefault("256")
    @Min(1)
    int requestsMax();

    /// How long the process assigned to a search may take, counted from the embedding of the
    /// sketch, before the process that holds the HTTP caller runs the search itself.
    @WithDefault("500ms")
    @NotNull
    @DurationMin(millis = 1)
    Duration takeoverAfter();
  }

  /// Threads that index embeddings, for each generation.
  @WithDefault("1")
  @Min(1)
  @Max(64)
  int indexingThreads();

  /// Longest time between two commits of a changed shard. It bounds what is replayed after a crash.
  @WithDefault("5s")
  @NotNull
  @DurationMin(millis = 50)
  @DurationMax(minutes = 10)
  Duration commitInterval();

  /// Number of embeddings applied to a shard after which it is committed early.
  @WithDefault("20000")
  @Min(1)
  int commitRecordsMax();

  /// Longest time between two refreshes of a changed shard. After a pause, a change is visible at
  /// once; under load, refreshes take at most a fortieth of the time. The limit is twenty times as
  /// long while merges are behind, such as during a large import, and for a model that does not
  /// have all images yet, unless a search waits for a write.
  @WithDefault("250ms")
  @NotNull
  @DurationMin(millis = 10)
  @DurationMax(minutes = 1)
  Duration refreshIntervalMax();

  /// Memory for vectors that a shard has not yet written to disk.
  @WithDefault("64M")
  MemorySize ramBufferMax();

  /// Vector format in the graph of each shard: `float32`, `int8` or `1bit`. Hits are always scored
  /// by the full vectors; a smaller format reduces the memory that searches touch. The setting
  /// applies to segments written from then on; older segments keep their format until they are
  /// merged.
  @WithDefault("float32")
  @Pattern(regexp = "float32|int8|1bit")
  String vectors();

  /// The graph of each shard.
  Hnsw hnsw();

  interface Hnsw {
    /// Neighbours kept for each image (M in the HNSW paper). Applies to segments written from then
    /// on.
    @WithDefault("16")
    @Min(2)
    @Max(512)
    int maxConn();

    /// Candidates examined when an image is added (efConstruction).
    @WithDefault("100")
    @Min(10)
    @Max(3200)
    int beamWidth();

    /// Fewest candidates that a search examines (efSearch). More candidates raise the recall and
    /// take longer.
    @WithDefault("160")
    @Min(1)
    @Max(10000)
    int searchWidth();
  }

  /// Recall of the graph.
  Recall recall();

  interface Recall {
    /// Share of the searches that are repeated in the background by exact comparison with every
    /// image, to measure `sketchstream.query.recall`. This takes at most a hundredth of the time,
    /// regardless of the share. 0 disables it.
    @WithDefault("0.01")
    @DecimalMin("0")
    @DecimalMax("1")
    double sampleRate();
  }

  /// Standing queries.
  Standing standing();

  interface Standing {
    /// Most matches that a process keeps in memory, to list them, report none twice, and withdraw
    /// those whose image is removed. Older ones stay in the topic `matches` for its retention.
    @WithDefault("100000")
    @Min(1)
    @Max(10_000_000)
    int matchesMax();

    /// Images sampled from the shards of a process, to estimate how rare a score is.
    @WithDefault("8192")
    @Min(100)
    @Max(1_000_000)
    int sampleMax();

    /// Longest time until a gallery that has changed is sampled again. A change by more than half
    /// causes a new sample at once.
    @WithDefault("10m")
    @NotNull
    @DurationMin(seconds = 1)
    @DurationMax(hours = 24)
    Duration calibrationInterval();

    /// Most HTTP callers that receive matches live; further ones get 429.
    @WithDefault("200")
    @Min(1)
    @Max(100_000)
    int listenersMax();

    /// When a shard begins to report matches, after a start or the switch to another model, images
    /// ingested up to this long before are compared again. Matches already reported are not
    /// repeated.
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

      /// Whether webhooks may have addresses that are not public, such as private ones or those of
      /// this machine.
      @WithDefault("false")
      boolean allowPrivate();

      /// Timeout of one webhook call.
      @WithDefault("10s")
      @NotNull
      @DurationMin(millis = 100)
      @DurationMax(minutes = 2)
      Duration timeout();

      /// Longest wait between two attempts. The first wait is one second; each further wait is
      /// twice as long.
      @WithDefault("10m")
      @NotNull
      @DurationMin(seconds = 1)
      @DurationMax(hours = 24)
      Duration retryMax();

      /// A webhook is no longer called after all its calls have failed for this long.
      @WithDefault("24h")
      @NotNull
      @DurationMin(millis = 1)
      @DurationMax(days = 14)
      Duration stopAfter();

      /// Most concurrent calls. Webhooks that have failed or are slow share half of them.
      @WithDefault("32")
      @Min(2)
      @Max(1_000)
      int concurrentMax();
    }
  }

  /// Timeout of a search over HTTP whose request does not set one.
  @WithDefault("5s")
  @NotNull
  @DurationMin(millis = 1)
  Duration timeout();

  /// Longest time that a search may take. Later deadlines of Kafka clients are cut to it; it also
  /// applies to searches without a deadline.
  @WithDefault("30s")
  @NotNull
  @DurationMin(millis = 1)
  @DurationMax(minutes = 4)
  Duration timeoutMax();

  /// Most HTTP callers that wait for an answer at the same time; further ones get 429.
  @WithDefault("256")
  @Min(1)
  int pendingMax();

  /// Most concurrent searches; further ones wait in Kafka.
  @WithDefault("128")
  @Min(1)
  int inFlightMax();

  /// Largest sketch accepted over HTTP.
  @WithDefault("1M")
  MemorySize sketchBytesMax();

  /// Most searches in one batch over HTTP.
  @WithDefault("32")
  @Min(1)
  @Max(256)
  int batchMax();

  /// Largest batch of searches accepted over HTTP.
  @WithDefault("8M")
  MemorySize batchBytesMax();

  /// Interval between samples of lags and rates.
  @WithDefault("1s")
  @NotNull
  @DurationMin(millis = 50)
  Duration statusInterval();

  /// URL at which a browser reaches the ingest service. Not set: the address of this service.
  Optional<String> ingestUrl();

  /// URL at which this service itself reaches the ingest service, if it differs from
  /// `query.ingest-url`.
  Optional<String> galleryUrl();

  /// URL at which a browser reaches the training service. Not set: the address of this service.
  Optional<String> trainingUrl();

  /// How long the index may take to stop.
  @WithDefault("5s")
  @NotNull
  @DurationMin(millis = 100)
  Duration closeTimeout();
}
