package io.sketchstream.query.index;

import io.sketchstream.events.Generation;
import io.sketchstream.shell.kafka.LogOffsets;
import io.sketchstream.shell.worker.Worker;
import io.sketchstream.shell.worker.Workers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;

/// Tells the standby copies of shards when they have caught up with what the active copy has
/// committed, so that they may answer. Asks Kafka only while a copy is behind.
///
/// **Threads:** owns one, `query-standbys`.
public final class StandbyProgress implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofMillis(500);
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private final LogOffsets offsets;
  private final Supplier<List<GenerationIndex>> indexes;
  private Worker worker;

  private StandbyProgress(Admin admin, Supplier<List<GenerationIndex>> indexes) {
    this.offsets = new LogOffsets(admin, TIMEOUT);
    this.indexes = indexes;
  }

  /// Starts the thread.
  ///
  /// @param indexes those that run in this process
  public static StandbyProgress start(
      Admin admin, Supplier<List<GenerationIndex>> indexes, Workers workers) {
    StandbyProgress progress = new StandbyProgress(admin, indexes);
    progress.worker = workers.start("query-standbys", progress::run);
    return progress;
  }

  private void run(Worker running) throws InterruptedException {
    while (!running.isStopping()) {
      for (GenerationIndex index : indexes.get()) {
        look(index);
      }
      running.roundDone();
      running.pause(INTERVAL);
    }
  }

  private void look(GenerationIndex index) {
    Map<TopicPartition, ShardStore> filling =
        index.shards().stream()
            .filter(shard -> !shard.answering())
            .collect(
                Collectors.toMap(
                    shard -> partition(index.generation(), shard), shard -> shard, (a, _) -> a));
    if (filling.isEmpty()) {
      return;
    }
    goals(index.generation(), filling.keySet())
        .forEach((partition, goal) -> filling.get(partition).activeCommitted(goal));
  }

  /// What the active copy has committed; the end of the topic if it never has.
  private Map<TopicPartition, Long> goals(Generation generation, Set<TopicPartition> filling) {
    Map<TopicPartition, Long> goals = offsets.ends(filling);
    Map<TopicPartition, Long> committed = offsets.committed(generation.queryApplication());
    goals.replaceAll((partition, end) -> committed.getOrDefault(partition, end));
    return goals;
  }

  private static TopicPartition partition(Generation generation, ShardStore shard) {
    return new TopicPartition(EmbeddingsTopic.name(generation), shard.partition());
  }

  @Override
  public void close() {
    worker.close();
  }
}
