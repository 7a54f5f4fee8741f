package io.sketchstream.query.search;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sketchstream.events.Topic;
import io.sketchstream.events.Topic.Cleanup;
import io.sketchstream.events.Topics;
import io.sketchstream.shell.kafka.BrokerClock;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.logging.LogFields;
import io.sketchstream.shell.tracing.Step;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/// The one producer of this service. Searches are small and a caller waits for each, so records are
/// sent without lingering.
///
/// **Threads:** any. **Owns:** a Kafka producer and its thread.
public final class EventProducer implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(EventProducer.class);
  private static final int DELIVERY_MILLIS_MIN = 10_000;
  private static final Duration CLOSE_MAX = Duration.ofSeconds(2);

  /// The topics whose records the brokers stamp; others have the time of this process.
  private static final Set<String> STAMPED =
      Topics.permanent().stream()
          .filter(topic -> topic.cleanup() == Cleanup.DELETE)
          .map(Topic::name)
          .collect(Collectors.toSet());

  private final KafkaProducer<byte[], byte[]> producer;
  private final BrokerClock brokers;

  /// @param brokers learns from what is written
  /// @param deliveryMax how long a record may be sent again until it counts as lost; at least 10 s
  ///   are given. An answer is worth as much as its search may take
  public EventProducer(KafkaClients clients, BrokerClock brokers, Duration deliveryMax) {
    int deliveryMillis = Math.max(DELIVERY_MILLIS_MIN, Math.toIntExact(deliveryMax.toMillis()));
    this.brokers = brokers;
    this.producer =
        clients.producer(
            "query-service",
            Map.of(
                ProducerConfig.LINGER_MS_CONFIG,
                0,
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                2_000,
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                5_000,
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                deliveryMillis));
  }

  /// Whether a topic has a partition of this number.
  boolean hasPartition(Topic<?> topic, int partition) {
    return partition >= 0 && partition < producer.partitionsFor(topic.name()).size();
  }

  /// How many partitions a topic has.
  public int partitionCount(Topic<?> topic) {
    return producer.partitionsFor(topic.name()).size();
  }

  CompletableFuture<Void> send(ProducerRecord<byte[], byte[]> record) {
    return send(record, Step.NONE);
  }

  /// Sends a record. A failure is logged, and completes the future exceptionally.
  ///
  /// @param step ends with the acknowledgement
  public CompletableFuture<Void> send(ProducerRecord<byte[], byte[]> record, Step step) {
    CompletableFuture<Void> sent = new CompletableFuture<>();
    try {
      Callback acknowledged =
          step.sent((_, failure) -> {
            if (failure == null) {
              sent.complete(null);
            } else {
              fail(record, failure, sent);
            }
          });
      producer.send(
          record, STAMPED.contains(record.topic()) ? brokers.learning(acknowledged) : acknowledged);
    } catch (KafkaException e) {
      fail(record, e, sent);
    }
    return sent;
  }

  private static void fail(
      ProducerRecord<byte[], byte[]> record, Exception failure, CompletableFuture<Void> sent) {
    String key = text(record.key());
    try (LogFields _ = LogFields.query(key, record.headers())) {
      LOG.warnf("%s was not sent to %s: %s", key, record.topic(), failure.getMessage());
    }
    sent.completeExceptionally(failure);
  }

  /// A key as text for the log.
  static String text(byte[] key) {
    return key == null ? "null" : new String(key, UTF_8);
  }

  @Override
  public void close() {
    producer.close(CLOSE_MAX);
  }
}
