package io.sketchstream.embed.loops;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;

/// The records of one poll, until every record written because of them is acknowledged. Counts the
/// writes that are not acknowledged yet. The count starts at one, for the code that makes the
/// writes; it calls [#allSent] at the end.
///
/// **Threads:** any.
public final class PolledBatch implements Callback {
  private final Map<TopicPartition, OffsetAndMetadata> nextOffsets;
  private final int recordCount;
  private final AtomicInteger outstanding = new AtomicInteger(1);
  private final Set<TopicPartition> abandoned = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<Void> acknowledged = new CompletableFuture<>();
  private final Consumer<RecordMetadata> written;
  private final long polledNanos = System.nanoTime();

  public PolledBatch(ConsumerRecords<?, ?> records) {
    this(records, _ -> {});
  }

  /// @param written notified of each write that is acknowledged
  public PolledBatch(ConsumerRecords<?, ?> records, Consumer<RecordMetadata> written) {
    this.nextOffsets = Map.copyOf(records.nextOffsets());
    this.recordCount = records.count();
    this.written = written;
  }

  /// Time since it was polled.
  Duration age() {
    return Duration.ofNanos(System.nanoTime() - polledNanos);
  }

  int recordCount() {
    return recordCount;
  }

  /// The offsets to commit once this batch is acknowledged.
  Map<TopicPartition, OffsetAndMetadata> nextOffsets() {
    return nextOffsets;
  }

  /// Announces one more write; its acknowledgement goes to [#onCompletion].
  public PolledBatch expectOne() {
    outstanding.incrementAndGet();
    return this;
  }

  @Override
  public void onCompletion(RecordMetadata metadata, Exception exception) {
    if (exception != null) {
      fail(exception);
    } else {
      written.accept(metadata);
      allSent();
    }
  }

  /// Says that all writes are announced; or, for an announced write that is not needed, that it is
  /// done.
  public void allSent() {
    if (outstanding.decrementAndGet() == 0) {
      acknowledged.complete(null);
    }
  }

  /// Says that a write failed.
  public void fail(Throwable failure) {
    acknowledged.completeExceptionally(failure);
  }

  /// Another instance owns the partition now: nothing more is written for this batch.
  void abandon(TopicPartition partition) {
    abandoned.add(partition);
  }

  /// Whether another instance owns the partition now.
  public boolean isAbandoned(TopicPartition partition) {
    return abandoned.contains(partition);
  }

  /// Completes with the last acknowledgement; fails when a write has failed.
  public CompletableFuture<Void> acknowledged() {
    return acknowledged;
  }
}
