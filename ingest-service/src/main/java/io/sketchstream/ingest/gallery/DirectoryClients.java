package io.sketchstream.ingest.gallery;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ObjLongConsumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/// The Kafka clients of the directory. Its consumer tells how far it is, also where the last
/// offsets of a partition are no records: the ends of transactions, or what compaction has removed.
///
/// @param applied receives the offset before which all records of a partition are applied
record DirectoryClients(ObjLongConsumer<TopicPartition> applied) implements KafkaClientSupplier {
  @Override
  public Admin getAdmin(Map<String, Object> settings) {
    return Admin.create(settings);
  }

  @Override
  public Producer<byte[], byte[]> getProducer(Map<String, Object> settings) {
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> settings) {
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  @Override
  public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> settings) {
    return getConsumer(settings);
  }

  @Override
  public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> settings) {
    return new Telling(settings, applied);
  }

  /// Kafka Streams applies the records of a poll before it polls again.
  private static final class Telling extends KafkaConsumer<byte[], byte[]> {
    private final ObjLongConsumer<TopicPartition> applied;
    private final Map<TopicPartition, Long> polled = new HashMap<>();

    Telling(Map<String, Object> settings, ObjLongConsumer<TopicPartition> applied) {
      super(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
      this.applied = applied;
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      polled.forEach(applied::accept);
      polled.clear();
      ConsumerRecords<byte[], byte[]> records = super.poll(timeout);
      assignment().forEach(this::note);
      return records;
    }

    private void note(TopicPartition partition) {
      try {
        polled.put(partition, position(partition, Duration.ZERO));
      } catch (TimeoutException _) {
        polled.remove(partition); // It is not known yet where the reading begins.
      }
    }
  }
}
