package io.sketchstream.query.index;

import io.sketchstream.shell.kafka.LogOffsets;
import io.sketchstream.shell.worker.Worker;
import io.sketchstream.shell.worker.Workers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;

/// Periodically reports the end of its topic to each shard of this process. A quiet shard so learns
/// that it is up to date, and a shard that is no longer read that it is stale.
///
/// **Threads:** owns one, `query-currency`.
public final class ShardCurrency implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final Ends ends;
  private final Supplier<List<ShardStore>> shards;
  private final InstantSource clock;
  private final Duration interval;
  private Worker worker;

  private ShardCurrency(
      Ends ends, Supplier<List<ShardStore>> shards, InstantSource clock, Duration interval) {
    this.ends = ends;
    this.shards = shards;
    this.clock = clock;
    this.interval = interval;
  }

  /// Asks Kafka how long topics are.
  interface Ends {
    /// The next offset of each partition that there is.
    Map<TopicPartition, Long> of(Collection<TopicPartition> partitions);
  }

  /// Starts the thread.
  ///
  /// @param shards those of this process
  public static ShardCurrency start(
      Admin admin,
      Supplier<List<ShardStore>> shards,
      InstantSource clock,
      Duration interval,
      Workers workers) {
    return start(new LogOffsets(admin, TIMEOUT)::ends, shards, clock, interval, workers);
  }

  static ShardCurrency start(
      Ends ends,
      Supplier<List<ShardStore>> shards,
      InstantSource clock,
      Duration interval,
      Workers workers) {
    ShardCurrency currency = new ShardCurrency(ends, shards, clock, interval);
    currency.worker = workers.start("query-currency", currency::run);
    return currency;
  }

  private void run(Worker running) throws InterruptedException {
    while (!running.isStopping()) {
      look();
      running.roundDone();
      running.pause(interval);
    }
  }

  private void look() {
    Map<ShardStore, TopicPartition> partitions = new HashMap<>();
    for (ShardStore shard : shards.get()) {
      String topic = EmbeddingsTopic.name(shard.generation());
      partitions.put(shard, new TopicPartition(topic, shard.partition()));
    }
    long asked = clock.millis(); // What is written from now on may be missing in the answer.
    Map<TopicPartition, Long> found = ends.of(partitions.values());
    partitions.forEach((shard, partition) -> {
      Long end = found.get(partition);
      if (end != null) {
        shard.ended(end, asked);
      }
    });
  }

  @Override
  public void close() {
    worker.close();
  }
}
