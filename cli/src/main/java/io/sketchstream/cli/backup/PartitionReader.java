package io.sketchstream.cli.backup;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;

/// Reads ranges of partitions, committed records only.
///
/// **Threads:** one. **Owns:** a consumer, until [#close].
final class PartitionReader implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration STALL_MAX = Duration.ofMinutes(1);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(2);

  private final KafkaConsumer<byte[], byte[]> consumer;

  PartitionReader(KafkaAccess kafka) {
    consumer = kafka.reader();
  }

  /// Takes a record.
  @FunctionalInterface
  interface Sink {
    void add(StoredRecord record) throws IOException;
  }

  /// The first offset of each partition that Kafka still has.
  Map<TopicPartition, Long> begins(Collection<TopicPartition> partitions) {
    return consumer.beginningOffsets(partitions);
  }

  /// The offset after the last committed record of each partition. What an open transaction has
  /// written is beyond it.
  Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
    return consumer.endOffsets(partitions);
  }

  /// Passes on every record of a partition from one offset up to another, exclusive.
  ///
  /// @throws KafkaException when Kafka does not give them
  void read(TopicPartition partition, long from, long to, Sink sink) throws IOException {
    consumer.assign(List.of(partition));
    consumer.seek(partition, from);
    long reached = from;
    long moved = System.nanoTime();
    while (reached < to) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL).records(partition)) {
        if (record.offset() < to) {
          sink.add(stored(record));
        }
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new KafkaException("interrupted");
      }
      long now = consumer.position(partition);
      if (now > reached) {
        reached = now;
        moved = System.nanoTime();
      } else if (System.nanoTime() - moved > STALL_MAX.toNanos()) {
        throw new TimeoutException(
            "Kafka gives no records of %s after offset %d".formatted(partition, reached));
      }
    }
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(CLOSE_MAX));
  }

  private static StoredRecord stored(ConsumerRecord<byte[], byte[]> record) {
    List<StoredRecord.Item> headers = new ArrayList<>();
    for (Header header : record.headers()) {
      headers.add(new StoredRecord.Item(header.key(), header.value()));
    }
    return new StoredRecord(
        record.offset(), record.timestamp(), record.key(), record.value(), headers);
  }
}
