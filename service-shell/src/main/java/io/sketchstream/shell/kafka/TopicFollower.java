package io.sketchstream.shell.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sketchstream.events.Topic;
import io.sketchstream.shell.worker.Worker;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jboss.logging.Logger;

/// Reads a whole compacted topic from its beginning, without a group and committed records only,
/// and folds it into a value. A record that the fold refuses is skipped, and the reason is logged.
///
/// A follower that fails is closed and opened again; it then reads everything again, or resumes.
///
/// **Threads:** one opens, polls and closes; any may call [#value] and [#isCaughtUp]. **Owns:** a
/// consumer.
///
/// @param <T> event of the topic
/// @param <V> immutable value
public final class TopicFollower<T, V> implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(TopicFollower.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration CALL_MAX = Duration.ofSeconds(10);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(2);

  private final Consumer<byte[], byte[]> consumer;
  private final Topic<T> topic;
  private final PlacedFold<T, V> fold;
  private final Map<TopicPartition, Long> next = new HashMap<>();
  private Map<TopicPartition, Long> ends;
  private volatile V value;
  private volatile boolean caughtUp;
  private volatile long leftOut;

  /// Adds one record to a value.
  ///
  /// @param <T> event of the topic
  /// @param <V> immutable value
  @FunctionalInterface
  public interface Fold<T, V> {
    /// @param key of the record; null when it has none
    /// @param event null for a tombstone
    /// @throws IllegalArgumentException when the record is not valid; it is left out
    V with(V value, String key, T event);
  }

  /// A [Fold] that also gets the position of the record.
  ///
  /// @param <T> event of the topic
  /// @param <V> immutable value
  @FunctionalInterface
  public interface PlacedFold<T, V> {
    /// As [Fold#with].
    V with(V value, int partition, long offset, String key, T event);
  }

  private TopicFollower(
      Consumer<byte[], byte[]> consumer, Topic<T> topic, V empty, PlacedFold<T, V> fold) {
    this.consumer = consumer;
    this.topic = topic;
    this.value = empty;
    this.fold = fold;
  }

  /// Opens a follower. It has read nothing yet.
  ///
  /// @param empty value before the first record
  /// @throws KafkaException when the topic does not exist or Kafka does not answer
  public static <T, V> TopicFollower<T, V> open(
      KafkaClients clients, String clientId, Topic<T> topic, V empty, Fold<T, V> fold) {
    return open(clients.reader(clientId, Map.of()), topic, empty, fold);
  }

  /// Opens a follower that continues where another one was closed.
  ///
  /// @param value of that one
  /// @param from its [#next]. Where that does not exist any more, as after a long time, or is not
  ///   named, the follower begins at the beginning
  /// @throws KafkaException when the topic does not exist or Kafka does not answer
  public static <T, V> TopicFollower<T, V> resume(
      KafkaClients clients,
      String clientId,
      Topic<T> topic,
      V value,
      PlacedFold<T, V> fold,
      Map<TopicPartition, Long> from) {
    return open(clients.reader(clientId, Map.of()), topic, value, fold, from);
  }

  static <T, V> TopicFollower<T, V> open(
      Consumer<byte[], byte[]> consumer, Topic<T> topic, V empty, Fold<T, V> fold) {
    return open(
        consumer,
        topic,
        empty,
        (value, _, _, key, event) -> fold.with(value, key, event),
        Map.of());
  }

  private static <T, V> TopicFollower<T, V> open(
      Consumer<byte[], byte[]> consumer,
      Topic<T> topic,
      V value,
      PlacedFold<T, V> fold,
      Map<TopicPartition, Long> from) {
    TopicFollower<T, V> follower = new TopicFollower<>(consumer, topic, value, fold);
    try {
      follower.seek(from);
      return follower;
    } catch (RuntimeException e) {
      follower.close();
      throw e;
    }
  }

  private void seek(Map<TopicPartition, Long> from) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic.name(), CALL_MAX).stream()
            .map(info -> new TopicPartition(topic.name(), info.partition()))
            .toList();
    if (partitions.isEmpty()) {
      throw new UnknownTopicOrPartitionException("topic " + topic.name() + " does not exist");
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    ends = consumer.endOffsets(partitions, CALL_MAX);
    if (!from.isEmpty()) {
      Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions, CALL_MAX);
      from.forEach((partition, offset) -> {
        if (offset >= begins.getOrDefault(partition, Long.MAX_VALUE)
            && offset <= ends.get(partition)) {
          consumer.seek(partition, offset);
          next.put(partition, offset);
        }
      });
    }
  }

  /// The offset after the last record that was folded, by partition; without those where none was.
  public Map<TopicPartition, Long> next() {
    return Map.copyOf(next);
  }

  /// The value read so far.
  public V value() {
    return value;
  }

  /// Whether everything that was there when the follower was opened is read.
  public boolean isCaughtUp() {
    return caughtUp;
  }

  /// How many records were skipped.
  public long leftOut() {
    return leftOut;
  }

  /// Reads what there is, waiting for it at most this long.
  ///
  /// @return whether the value may have changed
  /// @throws KafkaException when the follower has to be opened again
  public boolean poll(Duration timeout) {
    ConsumerRecords<byte[], byte[]> records = consumer.poll(timeout);
    V now = value;
    for (ConsumerRecord<byte[], byte[]> record : records) {
      now = apply(now, record);
      next.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
    }
    value = now;
    caughtUp = caughtUp || hasRead(ends);
    return !records.isEmpty();
  }

  /// Reads up to the end of the topic as it is now, however long that takes.
  ///
  /// @param silenceMax how long Kafka may give nothing
  /// @throws TimeoutException when it gives nothing for longer
  public void readToEnd(Duration silenceMax) {
    readTo(ends(), silenceMax);
  }

  /// Reads up to some offsets.
  ///
  /// @param wanted offset of each partition that is not to be read any more
  /// @throws TimeoutException when Kafka gives nothing for too long
  void readTo(Map<TopicPartition, Long> wanted, Duration silenceMax) {
    long progressNanos = System.nanoTime();
    while (!hasRead(wanted)) {
      long before = position();
      boolean _ = poll(POLL);
      if (position() > before) {
        progressNanos = System.nanoTime();
      } else if (System.nanoTime() - progressNanos > silenceMax.toNanos()) {
        throw new TimeoutException("topic " + topic.name() + " can't be read to its end");
      }
    }
    caughtUp = caughtUp || hasRead(ends);
  }

  private long position() {
    return ends.keySet().stream().mapToLong(p -> consumer.position(p, CALL_MAX)).sum();
  }

  /// The end of each partition as it is now.
  public Map<TopicPartition, Long> ends() {
    return consumer.endOffsets(ends.keySet(), CALL_MAX);
  }

  /// Whether everything before some offsets is read.
  public boolean hasRead(Map<TopicPartition, Long> wanted) {
    return wanted.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey(), CALL_MAX) >= end.getValue());
  }

  /// Follows until the worker is to end.
  ///
  /// @param listener gets the value once everything that was there is read, and after each change
  /// @throws KafkaException when the follower has to be opened again
  public void follow(Worker worker, java.util.function.Consumer<V> listener) {
    boolean told = false;
    while (!worker.isStopping()) {
      boolean changed = poll(POLL);
      if (caughtUp && (changed || !told)) {
        listener.accept(value);
        told = true;
      }
      worker.roundDone();
    }
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(CLOSE_MAX));
  }

  /// Records come from others: whatever a record does to the fold, the next one is read.
  private V apply(V before, ConsumerRecord<byte[], byte[]> record) {
    try {
      String key = record.key() == null ? null : new String(record.key(), UTF_8);
      return fold.with(before, record.partition(), record.offset(), key, deserialize(record));
    } catch (RuntimeException e) {
      leftOut++;
      LOG.warnf(
          "record %d:%d of %s is skipped: %s",
          record.partition(), record.offset(), record.topic(), e.getMessage());
      LOG.debug("skipped", e);
      return before;
    }
  }

  private T deserialize(ConsumerRecord<byte[], byte[]> record) {
    return topic.valueSerde().deserializer().deserialize(record.topic(), record.value());
  }
}
