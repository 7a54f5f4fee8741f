package io.sketchstream.ingest.gallery;

import io.sketchstream.events.ImageIngested;
import io.sketchstream.events.Topics;
import java.time.Duration;
import java.util.HashMap;
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
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.apache.kafka.common.serialization.StringDeserializer;

/// Reads single records of `[images]`, so that nobody else needs to store pixels.
///
/// **Threads:** any may call; a call waits while all consumers are in use. **Owns:** its consumers.
final class ImageReader implements AutoCloseable {
  /// A record of `images` is about 20 kB and comes alone; Kafka sends the first one whole whatever
  /// its size, so a small fetch only avoids reading its neighbours.
  private static final int FETCH_SIZE = 16 << 10;

  private final Map<String, Object> settings;
  private final Duration timeout;
  private final Semaphore permits;
  private final ConcurrentLinkedQueue<KafkaConsumer<String, ImageIngested>> idle =
      new ConcurrentLinkedQueue<>();

  /// @param readersMax how many reads run at once
  /// @param timeout how long a read may take, waiting for its turn included
  ImageReader(Map<String, Object> kafka, int readersMax, Duration timeout) {
    this.settings = settings(kafka);
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
    KafkaConsumer<String, ImageIngested> consumer = null;
    try {
      consumer = idle.poll();
      if (consumer == null) {
        consumer =
            new KafkaConsumer<>(
                settings, new StringDeserializer(), Topics.IMAGES.valueSerde().deserializer());
      }
      Optional<ImageIngested> image = read(consumer, partition, offset, deadline);
      idle.add(consumer);
      consumer = null;
      return image;
    } catch (RecordDeserializationException e) {
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
      KafkaConsumer<String, ImageIngested> consumer, int partition, long offset, long deadline) {
    TopicPartition images = new TopicPartition(Topics.IMAGES.name(), partition);
    try {
      consumer.assign(List.of(images));
      consumer.seek(images, offset);
      while (System.nanoTime() < deadline) {
        Duration left = Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
        for (ConsumerRecord<String, ImageIngested> record : consumer.poll(left).records(images)) {
          return record.offset() == offset ? Optional.ofNullable(record.value()) : Optional.empty();
        }
      }
    } catch (OffsetOutOfRangeException e) {
      return Optional.empty();
    }
    throw new UnavailableException("Kafka did not send the image in time");
  }

  private static Map<String, Object> settings(Map<String, Object> kafka) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ConsumerConfig.CLIENT_ID_CONFIG, "ingest-image-reader");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
    settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_SIZE);
    settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 50);
    settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
    return settings;
  }
}
