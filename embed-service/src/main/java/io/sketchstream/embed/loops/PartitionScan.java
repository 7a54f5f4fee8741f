package io.sketchstream.embed.loops;

import io.sketchstream.shell.kafka.KafkaClients;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/// Reads a part of a partition, a slice at a time, so that the caller can do other work in between.
///
/// **Threads:** one. **Owns:** its consumer, which is in no group.
public final class PartitionScan implements AutoCloseable {
  private static final Duration SLICE_MAX = Duration.ofMillis(50);
  private static final Duration SILENCE_MAX = Duration.ofSeconds(30);
  private static final int FETCH_SIZE_MAX = 4 << 20;

  private final KafkaConsumer<byte[], byte[]> reader;
  private final TopicPartition partition;
  private final long end;
  private long progressNanos = System.nanoTime();

  /// @param from first offset
  /// @param end offset after the last
  public PartitionScan(
      KafkaClients clients, String clientId, TopicPartition partition, long from, long end) {
    this.partition = partition;
    this.end = end;
    this.reader =
        clients.reader(
            clientId,
            Map.of(
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_uncommitted",
                ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                FETCH_SIZE_MAX,
                ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                FETCH_SIZE_MAX));
    reader.assign(List.of(partition));
    reader.seek(partition, from);
  }

  /// Reads on for a moment.
  ///
  /// @return whether there is more
  /// @throws TimeoutException when Kafka has not answered for long
  public boolean step(Consumer<ConsumerRecord<byte[], byte[]>> each) {
    long start = System.nanoTime();
    long from = reader.position(partition);
    while (reader.position(partition) < end && System.nanoTime() - start < SLICE_MAX.toNanos()) {
      for (ConsumerRecord<byte[], byte[]> record : reader.poll(SLICE_MAX)) {
        if (record.offset() < end) {
          each.accept(record);
        }
      }
    }
    if (reader.position(partition) > from) {
      progressNanos = start;
    } else if (from < end && start - progressNanos > SILENCE_MAX.toNanos()) {
      throw new TimeoutException("no records of %s can be read".formatted(partition));
    }
    return reader.position(partition) < end;
  }

  @Override
  public void close() {
    reader.close(CloseOptions.timeout(Duration.ZERO));
  }
}
