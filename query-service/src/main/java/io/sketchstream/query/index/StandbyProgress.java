package io.sketchstream.query.index;

import io.sketchstream.events.Generation;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/// Tells the copies of shards that stand by when they have caught up with what the active copy has
/// committed, so that they may answer. Asks Kafka only while one has not.
///
/// **Threads:** owns one, `query-standbys`.
public final class StandbyProgress implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(StandbyProgress.class);
  private static final Duration INTERVAL = Duration.ofMillis(500);
  private static final long TIMEOUT_MILLIS = 2_000;

  private final Admin admin;
  private final Supplier<List<GenerationIndex>> indexes;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Thread thread;

  private StandbyProgress(Admin admin, Supplier<List<GenerationIndex>> indexes) {
    this.admin = admin;
    this.indexes = indexes;
    this.thread = Thread.ofPlatform().name("query-standbys").daemon().unstarted(this::run);
  }

  /// Starts the thread.
  ///
  /// @param indexes those that run in this process
  public static StandbyProgress start(Admin admin, Supplier<List<GenerationIndex>> indexes) {
    StandbyProgress progress = new StandbyProgress(admin, indexes);
    progress.thread.start();
    return progress;
  }

  private void run() {
    try {
      while (!stopping.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
        for (GenerationIndex index : indexes.get()) {
          look(index);
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("asked to stop");
    }
  }

  private void look(GenerationIndex index) throws InterruptedException {
    Map<TopicPartition, ShardStore> filling =
        index.shards().stream()
            .filter(shard -> !shard.answering())
            .collect(
                Collectors.toMap(
                    shard -> partition(index.generation(), shard), shard -> shard, (a, _) -> a));
    if (filling.isEmpty()) {
      return;
    }
    try {
      Map<TopicPartition, Long> goals = goals(index.generation(), filling);
      filling.forEach((partition, shard) -> shard.activeCommitted(goals.get(partition)));
    } catch (ExecutionException | TimeoutException e) {
      LOG.debugf(e, "Kafka does not say how far generation %s is", index.generation());
    }
  }

  /// What the active copy has committed; the end of the topic where it never has.
  private Map<TopicPartition, Long> goals(
      Generation generation, Map<TopicPartition, ShardStore> filling)
      throws InterruptedException, ExecutionException, TimeoutException {
    Map<TopicPartition, OffsetAndMetadata> committed =
        admin
            .listConsumerGroupOffsets(generation.queryApplication())
            .partitionsToOffsetAndMetadata()
            .get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    Map<TopicPartition, ListOffsetsResultInfo> ends =
        admin
            .listOffsets(
                filling.keySet().stream()
                    .collect(Collectors.toMap(p -> p, _ -> OffsetSpec.latest())))
            .all()
            .get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    Map<TopicPartition, Long> goals = new HashMap<>();
    ends.forEach((partition, end) -> {
      OffsetAndMetadata offset = committed.get(partition);
      goals.put(partition, offset == null ? end.offset() : offset.offset());
    });
    return goals;
  }

  private static TopicPartition partition(Generation generation, ShardStore shard) {
    return new TopicPartition(IndexTopology.topic(generation), shard.partition());
  }

  @Override
  public void close() {
    stopping.countDown();
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
