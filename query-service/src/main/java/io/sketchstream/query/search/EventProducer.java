package io.sketchstream.query.search;

import io.sketchstream.events.Topic;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.shell.logging.LogFields;
import io.sketchstream.shell.tracing.Step;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jboss.logging.Logger;

/// The one producer of this service. Searches are small and somebody waits for each, so nothing
/// lingers for a fuller batch.
///
/// **Threads:** any. **Owns:** a Kafka producer and its thread.
public final class EventProducer implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(EventProducer.class);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(2);

  private final KafkaProducer<String, byte[]> producer;

  public EventProducer(Map<String, Object> kafka) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ProducerConfig.CLIENT_ID_CONFIG, "query-service");
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, TopicProvisioner.RECORD_SIZE_MAX);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 2_000);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 10_000);
    this.producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
  }

  /// Whether a topic has a partition of this number.
  boolean hasPartition(Topic<?> topic, int partition) {
    return partition >= 0 && partition < producer.partitionsFor(topic.name()).size();
  }

  /// How many partitions a topic has.
  public int partitionCount(Topic<?> topic) {
    return producer.partitionsFor(topic.name()).size();
  }

  CompletableFuture<Void> send(ProducerRecord<String, byte[]> record) {
    return send(record, Step.NONE);
  }

  /// Sends a record. A failure is logged, and is in the future for whoever cares.
  ///
  /// @param step ends with the acknowledgement
  CompletableFuture<Void> send(ProducerRecord<String, byte[]> record, Step step) {
    CompletableFuture<Void> sent = new CompletableFuture<>();
    try {
      producer.send(
          record,
          step.sent((_, failure) -> {
            if (failure == null) {
              sent.complete(null);
            } else {
              fail(record, failure, sent);
            }
          }));
    } catch (KafkaException e) {
      fail(record, e, sent);
    }
    return sent;
  }

  private static void fail(
      ProducerRecord<String, byte[]> record, Exception failure, CompletableFuture<Void> sent) {
    try (LogFields _ = LogFields.query(String.valueOf(record.key()), record.headers())) {
      LOG.warnf("%s was not sent to %s: %s", record.key(), record.topic(), failure.getMessage());
    }
    sent.completeExceptionally(failure);
  }

  @Override
  public void close() {
    producer.close(CLOSE_MAX);
  }
}
