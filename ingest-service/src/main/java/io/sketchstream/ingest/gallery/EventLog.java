package io.sketchstream.ingest.gallery;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.MessageLite;
import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.Topic;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.tracing.Step;
import io.sketchstream.shell.tracing.TraceContext;
import io.sketchstream.shell.tracing.Tracing;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/// Writes events to Kafka: idempotent, acknowledged by all in-sync replicas, in order per key.
///
/// **Threads:** any may call. **Owns:** one producer, made with the first event.
public final class EventLog implements AutoCloseable {
  private static final String SOURCE = "ingest-service";
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final KafkaClients clients;
  private final Duration timeout;
  private final Tracing tracing;
  private final InstantSource clock;
  private KafkaProducer<byte[], byte[]> producer;
  private boolean closed;

  /// @param timeout how long Kafka may take to acknowledge
  public EventLog(KafkaClients clients, Duration timeout, Tracing tracing, InstantSource clock) {
    this.clients = clients;
    this.timeout = timeout;
    this.tracing = tracing;
    this.clock = clock;
  }

  /// Writes an event; the future ends when Kafka has acknowledged it.
  ///
  /// @param <M> the event
  public <M extends MessageLite> CompletableFuture<RecordMetadata> append(
      Topic<M> topic, String key, M event, TraceContext trace) {
    byte[] value = topic.valueSerde().serializer().serialize(topic.name(), event);
    return send(topic, event.getClass(), Optional.empty(), key, value, trace);
  }

  /// Writes a tombstone, which removes the event with this key.
  ///
  /// @param <M> the event that is removed
  public <M extends MessageLite> CompletableFuture<RecordMetadata> appendRemoval(
      Topic<M> topic, Class<M> event, String key, TraceContext trace) {
    return send(topic, event, Optional.empty(), key, null, trace);
  }

  /// Writes a tombstone to each partition of a topic, for keys that clients with other partitioners
  /// may have written anywhere. A tombstone in one partition leaves what compaction kept in
  /// another.
  ///
  /// @param <M> the event that is removed
  /// @return one future for each partition
  public <M extends MessageLite> List<CompletableFuture<RecordMetadata>> appendRemovals(
      Topic<M> topic, Class<M> event, String key, TraceContext trace) {
    int partitions;
    try {
      partitions = producer().partitionsFor(topic.name()).size();
    } catch (KafkaException e) {
      throw new UnavailableException("Kafka can't be written: " + e.getMessage(), e);
    }
    return IntStream.range(0, partitions)
        .mapToObj(partition -> send(topic, event, Optional.of(partition), key, null, trace))
        .toList();
  }

  /// Waits for the acknowledgement of a write.
  ///
  /// @throws UnavailableException when Kafka refuses or does not answer in time
  public RecordMetadata await(CompletableFuture<RecordMetadata> write) {
    try {
      // The producer gives up by itself first; this bound only outlives a producer that hangs.
      return write.get(timeout.toMillis() + 5_000, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new UnavailableException(
          "Kafka rejected the event: " + e.getCause().getMessage(), e.getCause());
    } catch (TimeoutException e) {
      throw new UnavailableException("Kafka did not acknowledge the event in time", e);
    } catch (InterruptedException e) {
      throw UnavailableException.stopping(e);
    }
  }

  /// Sends what is left, then closes.
  @Override
  public synchronized void close() {
    closed = true;
    if (producer != null) {
      producer.close(CLOSE_TIMEOUT);
    }
  }

  private CompletableFuture<RecordMetadata> send(
      Topic<?> topic,
      Class<? extends MessageLite> event,
      Optional<Integer> partition,
      String key,
      byte[] value,
      TraceContext trace) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic.name(), partition.orElse(null), key.getBytes(UTF_8), value);
    EventHeaders.describe(
        record.headers(), SOURCE, event, UUID.randomUUID().toString(), clock.instant());
    record.headers().add(EventHeaders.TRACEPARENT, trace.traceparent().getBytes(US_ASCII));
    Step sending =
        tracing
            .send(trace.continued() ? trace.traceparent() : "", record)
            .with("messaging.kafka.message.key", key);
    CompletableFuture<RecordMetadata> acknowledged = new CompletableFuture<>();
    try {
      producer()
          .send(
              record,
              sending.sent((metadata, failure) -> {
                if (failure == null) {
                  acknowledged.complete(metadata);
                } else {
                  acknowledged.completeExceptionally(failure);
                }
              }));
    } catch (RecordTooLargeException e) {
      throw new IllegalStateException(
          "a record of " + topic.name() + " is larger than its topic accepts", e);
    } catch (KafkaException e) {
      throw new UnavailableException("Kafka can't be written: " + e.getMessage(), e);
    }
    return acknowledged;
  }

  private synchronized KafkaProducer<byte[], byte[]> producer() {
    if (closed) {
      throw new UnavailableException("the service is stopping");
    }
    if (producer == null) {
      producer = clients.producer("ingest", settings());
    }
    return producer;
  }

  /// A lone image must not wait for others, so nothing lingers.
  private Map<String, Object> settings() {
    int timeoutMillis = Math.toIntExact(timeout.toMillis());
    int attemptMillis = Math.min(timeoutMillis, 10_000);
    return Map.of(
        ProducerConfig.LINGER_MS_CONFIG,
        0,
        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
        TopicProvisioner.RECORD_SIZE_MAX,
        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
        timeoutMillis,
        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
        attemptMillis,
        ProducerConfig.MAX_BLOCK_MS_CONFIG,
        attemptMillis);
  }
}
