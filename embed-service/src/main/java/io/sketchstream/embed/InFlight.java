package io.sketchstream.embed;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.jboss.logging.Logger;

/// The batches of one consumer between poll and commit, oldest first. Offsets are committed in that
/// order and only behind batches whose every write was acknowledged. When partitions go to another
/// owner, work under way may finish for a while; what is not done by then is abandoned,
/// uncommitted.
///
/// **Threads:** only the one that polls the consumer.
final class InFlight implements ConsumerRebalanceListener {
  private static final Logger LOG = Logger.getLogger(InFlight.class);
  private static final Duration COMMIT_MAX = Duration.ofSeconds(5);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Duration drainMax;
  private final ArrayDeque<PolledBatch> batches = new ArrayDeque<>();
  private final Map<TopicPartition, OffsetAndMetadata> committable = new HashMap<>();

  InFlight(KafkaConsumer<byte[], byte[]> consumer, Duration drainMax) {
    this.consumer = consumer;
    this.drainMax = drainMax;
  }

  void add(PolledBatch batch) {
    batches.add(batch);
  }

  int size() {
    return batches.size();
  }

  boolean isEmpty() {
    return batches.isEmpty();
  }

  int recordCount() {
    return batches.stream().mapToInt(PolledBatch::recordCount).sum();
  }

  /// Commits behind what was acknowledged.
  ///
  /// @throws KafkaException when a write failed for good
  void commitAcknowledged() {
    while (!batches.isEmpty() && batches.getFirst().acknowledged().isDone()) {
      PolledBatch done = batches.removeFirst();
      try {
        done.acknowledged().join();
      } catch (CompletionException e) {
        batches.clear(); // Nothing behind a failure is waited for or committed.
        commit();
        throw new KafkaException("a write failed: " + e.getCause().getMessage(), e.getCause());
      }
      done.nextOffsets()
          .forEach((partition, next) -> {
            if (!done.isAbandoned(partition)) {
              committable.put(partition, next);
            }
          });
    }
    commit();
  }

  /// Waits for the oldest batch, at most this long.
  void awaitOldest(Duration timeout) {
    if (!batches.isEmpty()) {
      await(batches.getFirst(), timeout.toNanos());
    }
  }

  /// Lets work under way finish for a while, then commits behind what is done.
  void drain() {
    long deadline = System.nanoTime() + drainMax.toNanos();
    for (PolledBatch batch : batches) {
      await(batch, deadline - System.nanoTime());
      if (batch.acknowledged().isCompletedExceptionally()) {
        break; // What is behind it never finishes.
      }
    }
    commitAcknowledged();
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    // The poll that brings partitions would bring their records as well, wanted or not. The loop
    // resumes what it wants before its next poll.
    consumer.pause(partitions);
    LOG.debugf("assigned %s", partitions);
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    if (!partitions.isEmpty()) {
      drain();
      abandon(partitions);
    }
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    abandon(partitions);
  }

  private void abandon(Collection<TopicPartition> partitions) {
    batches.forEach(batch -> partitions.forEach(batch::abandon));
    partitions.forEach(committable::remove);
  }

  private void commit() {
    if (committable.isEmpty()) {
      return;
    }
    try {
      consumer.commitSync(Map.copyOf(committable), COMMIT_MAX);
      committable.clear();
    } catch (CommitFailedException e) {
      LOG.warnf("partitions went to another instance before a commit: %s", e.getMessage());
      committable.clear(); // The new owner does it again; the next poll tells us what is left.
    } catch (RebalanceInProgressException | RetriableException e) {
      LOG.debugf("commit again later: %s", e.getMessage());
    }
  }

  private static void await(PolledBatch batch, long nanos) {
    try {
      batch.acknowledged().get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOG.tracef(e, "not acknowledged"); // commitAcknowledged looks at it next.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
