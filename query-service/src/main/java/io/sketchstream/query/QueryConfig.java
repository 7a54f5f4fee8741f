package io.sketchstream.query;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
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

  /// Where other query services reach this one, `host:port`.
  @WithDefault("127.0.0.1:8083")
  String address();

  /// Further copies of each shard in other query services.
  @WithDefault("0")
  @Min(0)
  @Max(3)
  int standbys();

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
  /// after a rest, and refreshes take no more than a tenth of the time under load.
  @WithDefault("250ms")
  @NotNull
  @DurationMin(millis = 10)
  @DurationMax(minutes = 1)
  Duration refreshIntervalMax();

  /// Memory for vectors that a shard has not yet written to disk.
  @WithDefault("64M")
  MemorySize ramBufferMax();

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

  /// How long a search may take when the caller does not say.
  @WithDefault("5s")
  @NotNull
  @DurationMin(millis = 1)
  Duration timeout();

  /// Longest time that a caller may ask for.
  @WithDefault("30s")
  @NotNull
  @DurationMin(millis = 1)
  @DurationMax(minutes = 4)
  Duration timeoutMax();

  /// HTTP callers that may wait for an answer at once; further ones get 429.
  @WithDefault("256")
  @Min(1)
  int pendingMax();

  /// Searches that run at once; further ones stay in Kafka.
  @WithDefault("128")
  @Min(1)
  int inFlightMax();

  /// Largest sketch accepted over HTTP.
  @WithDefault("1M")
  MemorySize sketchBytesMax();

  /// How often lags and rates are sampled.
  @WithDefault("1s")
  @NotNull
  @DurationMin(millis = 50)
  Duration statusInterval();

  /// Where a browser and this service reach the ingest service; nothing for the same address as
  /// this service.
  Optional<String> ingestUrl();

  /// Where a browser reaches the training service; nothing for the same address as this service.
  Optional<String> trainingUrl();

  /// How long stopping the index may take.
  @WithDefault("5s")
  @NotNull
  @DurationMin(millis = 100)
  Duration closeTimeout();
}
