package io.sketchstream.query.search;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;

/// Commits the offsets of answered searches, and hands what is open over when partitions move.
///
/// **Threads:** the one that polls the consumer.
final class SearchOffsets implements ConsumerRebalanceListener {
  private static final Logger LOG = Logger.getLogger(SearchOffsets.class);
  private static final Duration COMMIT_MAX = Duration.ofSeconds(2);

  /// Each commit is a record of Kafka's own.
  private static final Duration COMMIT_EVERY = Duration.ofMillis(200);

  /// How long answers that are being sent may hold a partition back.
  private static final Duration SENT_MAX = Duration.ofSeconds(2);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final OpenSearches open;
  private long committedNanos = System.nanoTime() - COMMIT_EVERY.toNanos();

  SearchOffsets(KafkaConsumer<byte[], byte[]> consumer, OpenSearches open) {
    this.consumer = consumer;
    this.open = open;
  }

  /// Commits without waiting for it, unless it did so a moment ago.
  void commit() {
    long now = System.nanoTime();
    if (now - committedNanos < COMMIT_EVERY.toNanos()) {
      return;
    }
    Map<TopicPartition, OffsetAndMetadata> offsets = open.committable();
    if (!offsets.isEmpty()) {
      committedNanos = now;
      consumer.commitAsync(
          offsets,
          (_, failure) -> {
            if (failure != null) {
              open.commitFailed();
              LOG.debugf("commit is retried: %s", failure.getMessage());
            }
          });
    }
  }

  /// Waits for answers that are being sent, then commits.
  void finish(Collection<TopicPartition> partitions) {
    try {
      open.awaitSent(partitions, SENT_MAX);
      commitNow();
    } catch (CommitFailedException | RebalanceInProgressException | RetriableException e) {
      open.commitFailed();
      LOG.warnf("searches that were answered may be answered again: %s", e.getMessage());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private void commitNow() {
    try {
      consumer.commitSync(open.committable(), COMMIT_MAX);
    } catch (WakeupException _) { // It was for a poll that has ended already.
      open.commitFailed();
      consumer.commitSync(open.committable(), COMMIT_MAX);
    }
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    LOG.debugf("assigned %s", partitions);
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    if (!partitions.isEmpty()) {
      open.leave(partitions);
      try {
        finish(partitions);
      } finally {
        open.forget(partitions);
      }
    }
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    open.leave(partitions);
    open.forget(partitions);
  }
}
