package io.sketchstream.shell.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.MessageLite;
import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.Topic;
import io.sketchstream.shell.kafka.TopicFollower.Fold;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jboss.logging.Logger;

/// A compacted topic of one partition that every instance follows and only the leader writes.
///
/// Writes are transactions under one fixed id. A new leader takes that id over before it reads the
/// topic to its end: from then on the broker refuses whatever an earlier leader still sends,
/// however late it wakes up, and no decision is made from an old value. Own writes are read back.
///
/// **Threads:** one; any may call [#value] and [#isCaughtUp]. **Owns:** a follower and, while it
/// writes, a producer.
///
/// @param <T> event of the topic
/// @param <V> immutable value that the topic is folded into
public final class FencedTopic<T extends MessageLite, V> implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(FencedTopic.class);
  private static final Duration CALL_MAX = Duration.ofSeconds(10);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(2);

  private final KafkaClients clients;
  private final Spec<T> spec;
  private final TopicPartition partition;
  private final TopicFollower<T, V> follower;
  private KafkaProducer<byte[], byte[]> producer;

  /// What is written, and how.
  ///
  /// @param transactionalId of the one writer; never changed, since it is what fences
  /// @param clientId of the follower; that of the writer ends with `-writer`
  /// @param key of an event
  /// @param eventId the CloudEvents id of an event
  /// @param time of an event
  /// @param <T> event of the topic
  public record Spec<T extends MessageLite>(
      Topic<T> topic,
      String transactionalId,
      String clientId,
      Function<T, String> key,
      Function<T, String> eventId,
      Function<T, Instant> time) {}

  private FencedTopic(KafkaClients clients, Spec<T> spec, TopicFollower<T, V> follower) {
    this.clients = clients;
    this.spec = spec;
    this.partition = new TopicPartition(spec.topic().name(), 0);
    this.follower = follower;
  }

  /// Opens the topic to follow it.
  ///
  /// @param empty value before the first record
  /// @throws KafkaException when the topic does not exist or Kafka does not answer
  public static <T extends MessageLite, V> FencedTopic<T, V> open(
      KafkaClients clients, Spec<T> spec, V empty, Fold<T, V> fold) {
    return new FencedTopic<>(
        clients, spec, TopicFollower.open(clients, spec.clientId(), spec.topic(), empty, fold));
  }

  /// Reads new records, waiting for them at most this long.
  ///
  /// @return whether the value may have changed
  /// @throws KafkaException when the topic has to be opened again
  public boolean poll(Duration timeout) {
    return follower.poll(timeout);
  }

  /// What the topic says, own changes included.
  public V value() {
    return follower.value();
  }

  /// Whether everything that was there when the topic was opened is read.
  public boolean isCaughtUp() {
    return follower.isCaughtUp();
  }

  /// Whether this instance is the writer.
  public boolean isWriter() {
    return producer != null;
  }

  /// Becomes the writer and reads what the former writer wrote last.
  ///
  /// @throws KafkaException when the topic has to be opened again
  public void takeOver() {
    producer = clients.transactional(spec.clientId() + "-writer", spec.transactionalId());
    producer.initTransactions();
    follower.readToEnd(CALL_MAX);
    LOG.infof("this instance is now the writer of %s", partition.topic());
  }

  /// Stops being the writer.
  public void resign() {
    if (producer != null) {
      producer.close(CLOSE_MAX);
      producer = null;
      LOG.infof("this instance is no longer the writer of %s", partition.topic());
    }
  }

  /// Writes events, together or not at all, and reads them back.
  ///
  /// @throws KafkaException when another instance writes by now, or Kafka does not answer. Whether
  ///   they were written is seen by opening the topic again
  public void publish(Collection<T> events) {
    publish(events, List.of());
  }

  /// Writes events and tombstones, together or not at all, and reads them back.
  ///
  /// @param removed keys to write a tombstone for
  public void publish(Collection<T> events, Collection<String> removed) {
    if (events.isEmpty() && removed.isEmpty()) {
      return;
    }
    if (producer == null) {
      throw new IllegalStateException("this instance is not the writer of " + partition.topic());
    }
    List<Future<RecordMetadata>> sent = new ArrayList<>(events.size() + removed.size());
    producer.beginTransaction();
    events.forEach(event -> sent.add(producer.send(record(event))));
    removed.forEach(key -> sent.add(producer.send(record(key, null))));
    producer.commitTransaction();
    follower.readTo(Map.of(partition, offset(sent.getLast()) + 1), CALL_MAX);
  }

  private ProducerRecord<byte[], byte[]> record(T event) {
    ProducerRecord<byte[], byte[]> record = record(spec.key().apply(event), event.toByteArray());
    EventHeaders.describe(
        record.headers(),
        spec.topic().writer(),
        event.getClass(),
        spec.eventId().apply(event),
        spec.time().apply(event));
    return record;
  }

  private ProducerRecord<byte[], byte[]> record(String key, byte[] value) {
    return new ProducerRecord<>(
        partition.topic(), partition.partition(), key.getBytes(UTF_8), value);
  }

  /// The commit has acknowledged every record of the transaction.
  private static long offset(Future<RecordMetadata> sent) {
    try {
      return sent.get().offset();
    } catch (ExecutionException e) {
      throw new KafkaException(e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  @Override
  public void close() {
    resign();
    follower.close();
  }
}
