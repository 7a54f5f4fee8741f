package io.sketchstream.embed;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;

/// What one poll brought, until everything made of it is acknowledged. Counts the writes that are
/// still out; starts with one for whoever makes the writes, who says [#allSent] at the end.
///
/// **Threads:** any.
final class PolledBatch implements Callback {
  private final Map<TopicPartition, OffsetAndMetadata> nextOffsets;
  private final int recordCount;
  private final AtomicInteger outstanding = new AtomicInteger(1);
  private final Set<TopicPartition> abandoned = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<Void> acknowledged = new CompletableFuture<>();

  PolledBatch(ConsumerRecords<?, ?> records) {
    this.nextOffsets = Map.copyOf(records.nextOffsets());
    this.recordCount = records.count();
  }

  int recordCount() {
    return recordCount;
  }

  /// Where to go on once this batch is acknowledged.
  Map<TopicPartition, OffsetAndMetadata> nextOffsets() {
    return nextOffsets;
  }

  /// Announces one more write; its acknowledgement goes to [#onCompletion].
  PolledBatch expectOne() {
    outstanding.incrementAndGet();
    return this;
  }

  @Override
  public void onCompletion(RecordMetadata metadata, Exception exception) {
    if (exception != null) {
      fail(exception);
    } else {
      allSent();
    }
  }

  /// All writes were announced; or, for a part that is done without one, that part is done.
  void allSent() {
    if (outstanding.decrementAndGet() == 0) {
      acknowledged.complete(null);
    }
  }

  void fail(Throwable failure) {
    acknowledged.completeExceptionally(failure);
  }

  /// Someone else owns the partition now: what is not yet written is not written any more.
  void abandon(TopicPartition partition) {
    abandoned.add(partition);
  }

  boolean isAbandoned(TopicPartition partition) {
    return abandoned.contains(partition);
  }

  /// Fails when a write has failed.
  CompletableFuture<Void> acknowledged() {
    return acknowledged;
  }
}
