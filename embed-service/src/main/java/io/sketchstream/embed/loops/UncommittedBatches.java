package io.sketchstream.embed.loops;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
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
/// order, and only after every write of a batch was acknowledged. When partitions move to another
/// instance, unfinished batches have a bounded time to finish; after that they are abandoned and
/// not committed.
///
/// **Threads:** only the one that polls the consumer.
public final class UncommittedBatches implements ConsumerRebalanceListener {
  private static final Logger LOG = Logger.getLogger(UncommittedBatches.class);
  private static final Duration COMMIT_MAX = Duration.ofSeconds(5);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Duration drainMax;
  private final Duration stallMax;
  private final BiFunction<TopicPartition, OffsetAndMetadata, OffsetAndMetadata> description;
  private final ArrayDeque<PolledBatch> batches = new ArrayDeque<>();
  private final Map<TopicPartition, OffsetAndMetadata> committable = new HashMap<>();

  /// @param drainMax time that unfinished batches have when partitions move
  /// @param stallMax age at which an unfinished batch counts as lost
  public UncommittedBatches(
      KafkaConsumer<byte[], byte[]> consumer, Duration drainMax, Duration stallMax) {
    this(consumer, drainMax, stallMax, (_, next) -> next);
  }

  /// @param drainMax time that unfinished batches have when partitions move
  /// @param stallMax age at which an unfinished batch counts as lost
  /// @param description gives an offset its metadata as it is committed
  public UncommittedBatches(
      KafkaConsumer<byte[], byte[]> consumer,
      Duration drainMax,
      Duration stallMax,
      BiFunction<TopicPartition, OffsetAndMetadata, OffsetAndMetadata> description) {
    this.consumer = consumer;
    this.drainMax = drainMax;
    this.stallMax = stallMax;
    this.description = description;
  }

  /// Adds the batch of the last poll.
  public void add(PolledBatch batch) {
    batches.add(batch);
  }

  /// How many batches there are.
  public int size() {
    return batches.size();
  }

  /// Whether there is none, and nothing is left to commit. An offset that is committed later than
  /// that would be described by what is known by then.
  public boolean isEmpty() {
    return batches.isEmpty() && committable.isEmpty();
  }

  /// How many records the batches have.
  public int recordCount() {
    return batches.stream().mapToInt(PolledBatch::recordCount).sum();
  }

  /// Commits the offsets of acknowledged batches.
  ///
  /// @throws KafkaException when a write failed for good
  /// @throws IllegalStateException when the oldest batch is not finished for too long: one of its
  ///   outcomes may never come, and nothing after it would ever be committed
  public void commitAcknowledged() {
    while (!batches.isEmpty() && batches.getFirst().acknowledged().isDone()) {
      PolledBatch done = batches.removeFirst();
      try {
        done.acknowledged().join();
      } catch (CompletionException e) {
        batches.clear(); // Nothing after a failure is awaited or committed.
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
    if (!batches.isEmpty() && batches.getFirst().age().compareTo(stallMax) > 0) {
      throw new IllegalStateException(
          "a batch of %d records is not finished after %d s"
              .formatted(batches.getFirst().recordCount(), stallMax.toSeconds()));
    }
  }

  /// Commits an offset with the next ones, though nothing was read since: its metadata is new.
  public void commitAgain(TopicPartition partition, OffsetAndMetadata offset) {
    committable.put(partition, offset);
  }

  /// Waits for the oldest batch, at most this long.
  public void awaitOldest(Duration timeout) {
    if (!batches.isEmpty()) {
      await(batches.getFirst(), timeout.toNanos());
    }
  }

  /// Waits for unfinished batches for a bounded time, then commits what is acknowledged.
  public void drain() {
    long deadline = System.nanoTime() + drainMax.toNanos();
    for (PolledBatch batch : batches) {
      await(batch, deadline - System.nanoTime());
      if (batch.acknowledged().isCompletedExceptionally()) {
        break; // The batches after it never finish.
      }
    }
    commitAcknowledged();
  }

  /// Forgets all batches: they are read again.
  public void discard() {
    batches.clear();
    committable.clear();
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    // The poll that assigns partitions would also return their records. The loop resumes what it
    // wants before its next poll.
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
      Map<TopicPartition, OffsetAndMetadata> described = new HashMap<>();
      committable.forEach(
          (partition, next) -> described.put(partition, description.apply(partition, next)));
      consumer.commitSync(described, COMMIT_MAX);
      committable.clear();
    } catch (CommitFailedException e) {
      LOG.warnf("partitions moved to another instance before a commit: %s", e.getMessage());
      committable.clear(); // The new owner does it again.
    } catch (RebalanceInProgressException | RetriableException e) {
      LOG.debugf("commit is retried: %s", e.getMessage());
    }
  }

  private static void await(PolledBatch batch, long nanos) {
    try {
      batch.acknowledged().get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOG.tracef(e, "not acknowledged"); // commitAcknowledged handles it.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
