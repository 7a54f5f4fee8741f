package io.sketchstream.query.index;

import io.sketchstream.events.Generation;
import io.sketchstream.shell.kafka.LogOffsets;
import io.sketchstream.shell.worker.Worker;
import io.sketchstream.shell.worker.Workers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;

/// Periodically reports the end of its topic to each shard of this process. A quiet shard so learns
/// that it is up to date, and a shard that is no longer read, or has more than the topic, that it
/// is stale. It also tells each index the id of its topic: the index of a topic that was recreated
/// is rebuilt.
///
/// A thread of Kafka Streams that hangs is no failure to Kafka Streams. So a generation fails this
/// worker, and with it liveness, when there is more in its topic and none of its shards that are
/// behind has applied anything for ten minutes.
///
/// **Threads:** owns one, `query-currency`.
public final class ShardCurrency implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Duration STILL_MAX = Duration.ofMinutes(10);

  /// The end of a transaction takes an offset too, and is never applied.
  private static final int BEHIND_MIN = 2;

  private final Ends ends;
  private final Supplier<List<ShardStore>> shards;
  private final Runnable topics;
  private final Rhythm rhythm;
  private final Map<ShardStore, Progress> behind = new HashMap<>();
  private Worker worker;

  /// @param offset the last one that a shard had applied
  /// @param nanos when that was first seen
  private record Progress(long offset, long nanos) {}

  private ShardCurrency(
      Ends ends, Supplier<List<ShardStore>> shards, Runnable topics, Rhythm rhythm) {
    this.ends = ends;
    this.shards = shards;
    this.topics = topics;
    this.rhythm = rhythm;
  }

  /// When it looks.
  ///
  /// @param nanos runs evenly, as [System#nanoTime]: whoever sets the clock stops no shard
  record Rhythm(InstantSource clock, LongSupplier nanos, Duration interval) {}

  /// Asks Kafka how long topics are.
  interface Ends {
    /// The next offset of each partition that there is.
    Map<TopicPartition, Long> of(Collection<TopicPartition> partitions);
  }

  /// Starts the thread.
  ///
  /// @param indexes those of this process
  public static ShardCurrency start(
      Admin admin,
      Supplier<List<GenerationIndex>> indexes,
      InstantSource clock,
      Duration interval,
      Workers workers) {
    LogOffsets offsets = new LogOffsets(admin, TIMEOUT);
    return start(
        offsets::ends,
        () -> indexes.get().stream().flatMap(index -> index.shards().stream()).toList(),
        () -> identify(indexes.get(), offsets),
        new Rhythm(clock, System::nanoTime, interval),
        workers);
  }

  /// @param topics checks the topics themselves
  static ShardCurrency start(
      Ends ends,
      Supplier<List<ShardStore>> shards,
      Runnable topics,
      Rhythm rhythm,
      Workers workers) {
    ShardCurrency currency = new ShardCurrency(ends, shards, topics, rhythm);
    currency.worker = workers.start("query-currency", currency::run);
    return currency;
  }

  private void run(Worker running) throws InterruptedException {
    while (!running.isStopping()) {
      look();
      topics.run();
      requireProgress();
      running.roundDone();
      running.pause(rhythm.interval());
    }
  }

  private void look() {
    Map<ShardStore, TopicPartition> partitions = new HashMap<>();
    for (ShardStore shard : shards.get()) {
      String topic = EmbeddingsTopic.name(shard.generation());
      partitions.put(shard, new TopicPartition(topic, shard.partition()));
    }
    Map<ShardStore, Long> applied = new HashMap<>();
    partitions.keySet().forEach(shard -> applied.put(shard, shard.appliedOffset()));
    // What is written from now on may be missing in the answer.
    long asked = rhythm.clock().millis();
    Map<TopicPartition, Long> found = ends(partitions.values());
    behind.keySet().retainAll(partitions.keySet());
    partitions.forEach((shard, partition) -> {
      Long end = found.get(partition);
      if (end != null && end <= applied.get(shard)) {
        shard.endedBefore(end);
      } else if (end != null) {
        follow(shard, shard.ended(end, asked), end);
      }
    });
  }

  /// While Kafka does not answer, nothing can be applied: that time does not count.
  private Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
    try {
      return ends.of(partitions);
    } catch (RuntimeException e) {
      behind.clear();
      throw e;
    }
  }

  private void follow(ShardStore shard, long applied, long end) {
    if (end - (applied + 1) < BEHIND_MIN) {
      behind.remove(shard);
    } else if (!behind.containsKey(shard) || behind.get(shard).offset() != applied) {
      behind.put(shard, new Progress(applied, rhythm.nanos().getAsLong()));
    }
  }

  private void requireProgress() {
    long now = rhythm.nanos().getAsLong();
    Map<Generation, Boolean> still = new HashMap<>();
    behind.forEach((shard, progress) ->
        still.merge(
            shard.generation(), now - progress.nanos() > STILL_MAX.toNanos(), Boolean::logicalAnd));
    still.forEach((generation, hangs) -> {
      if (hangs) {
        throw new IllegalStateException(
            "generation %s has applied nothing for %d minutes although there is more"
                .formatted(generation, STILL_MAX.toMinutes()));
      }
    });
  }

  private static void identify(List<GenerationIndex> indexes, LogOffsets offsets) {
    List<String> names = indexes.stream().map(index -> index.topic().name()).toList();
    Map<String, String> ids = offsets.ids(names);
    indexes.forEach(index -> {
      String id = ids.get(index.topic().name());
      if (id != null) {
        index.topicIs(id);
      }
    });
  }

  @Override
  public void close() {
    worker.close();
  }
}
