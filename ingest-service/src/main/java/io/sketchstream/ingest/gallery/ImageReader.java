package io.sketchstream.ingest.gallery;

import io.sketchstream.events.ImageIngested;
import io.sketchstream.events.Topics;
import io.sketchstream.shell.kafka.KafkaClients;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;

/// Reads single records of `[images]`, so that nobody else needs to store pixels.
///
/// **Threads:** any may call; a call waits while all consumers are in use. **Owns:** its consumers.
final class ImageReader implements AutoCloseable {
  /// A record of `images` is about 20 kB and comes alone; Kafka sends the first one whole whatever
  /// its size, so a small fetch only avoids reading its neighbours.
  private static final int FETCH_SIZE = 16 << 10;

  /// Which records count is up to the directory, which names them, not to transactions.
  private static final Map<String, Object> SETTINGS =
      Map.of(
          ConsumerConfig.ISOLATION_LEVEL_CONFIG,
          "read_uncommitted",
          ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
          1,
          ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
          FETCH_SIZE,
          ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
          50);

  private final KafkaClients clients;
  private final Duration timeout;
  private final Semaphore permits;
  private final ConcurrentLinkedQueue<KafkaConsumer<byte[], byte[]>> idle =
      new ConcurrentLinkedQueue<>();

  /// @param readersMax how many reads run at once
  /// @param timeout how long a read may take, waiting for its turn included
  ImageReader(KafkaClients clients, int readersMax, Duration timeout) {
    this.clients = clients;
    this.timeout = timeout;
    this.permits = new Semaphore(readersMax, true);
  }

  /// Reads the record at a position.
  ///
  /// @return empty when it is no longer there: Kafka has compacted it away
  /// @throws UnavailableException when Kafka does not answer in time
  Optional<ImageIngested> read(int partition, long offset) {
    long deadline = System.nanoTime() + timeout.toNanos();
    acquire();
    KafkaConsumer<byte[], byte[]> consumer = null;
    try {
      consumer = idle.poll();
      if (consumer == null) {
        consumer = clients.reader("ingest-image-reader", SETTINGS);
      }
      Optional<ImageIngested> image = read(consumer, partition, offset, deadline);
      idle.add(consumer);
      consumer = null;
      return image;
    } catch (SerializationException e) {
      return Optional.empty();
    } catch (KafkaException e) {
      throw new UnavailableException("Kafka can't be read: " + e.getMessage(), e);
    } finally {
      if (consumer != null) {
        consumer.close();
      }
      permits.release();
    }
  }

  /// Closes the consumers that are not in use; nobody may call [#read] any more.
  @Override
  public void close() {
    for (KafkaConsumer<?, ?> consumer = idle.poll(); consumer != null; consumer = idle.poll()) {
      consumer.close();
    }
  }

  private void acquire() {
    try {
      if (!permits.tryAcquire(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new UnavailableException("too many images are being read at once");
      }
    } catch (InterruptedException e) {
      throw UnavailableException.stopping(e);
    }
  }

  private static Optional<ImageIngested> read(
      KafkaConsumer<byte[], byte[]> consumer, int partition, long offset, long deadline) {
    TopicPartition images = new TopicPartition(Topics.IMAGES.name(), partition);
    try {
      consumer.assign(List.of(images));
      consumer.seek(images, offset);
      while (System.nanoTime() < deadline) {
        Duration left = Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(left).records(images)) {
          return record.offset() == offset ? parsed(record) : Optional.empty();
        }
      }
    } catch (OffsetOutOfRangeException e) {
      return Optional.empty();
    }
    throw new UnavailableException("Kafka did not send the image in time");
  }

  private static Optional<ImageIngested> parsed(ConsumerRecord<byte[], byte[]> record) {
    return Optional.ofNullable(
        Topics.IMAGES.valueSerde().deserializer().deserialize(record.topic(), record.value()));
  }
}
