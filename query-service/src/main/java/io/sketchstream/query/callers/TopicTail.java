package io.sketchstream.query.callers;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.worker.Worker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/// Reads the records that arrive in some partitions after this object was created, without a
/// consumer group. After a failure it continues where it was.
///
/// **Threads:** [#read] by the one that reads; [#wakeUp] by any.
final class TopicTail {
  private static final Duration POLL = Duration.ofMillis(500);

  private final KafkaClients clients;
  private final String clientId;
  private final Map<TopicPartition, Long> next;
  private volatile KafkaConsumer<byte[], byte[]> reading;

  private TopicTail(KafkaClients clients, String clientId, Map<TopicPartition, Long> next) {
    this.clients = clients;
    this.clientId = clientId;
    this.next = new ConcurrentHashMap<>(next);
  }

  /// Is positioned at the end of all partitions of a topic when this returns: no later record is
  /// missed.
  static TopicTail of(KafkaClients clients, String clientId, String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer = open(clients, clientId)) {
      List<TopicPartition> all =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      return new TopicTail(clients, clientId, consumer.endOffsets(all));
    }
  }

  /// Is positioned at the end of a partition when this returns.
  static TopicTail of(KafkaClients clients, String clientId, TopicPartition partition) {
    try (KafkaConsumer<byte[], byte[]> consumer = open(clients, clientId)) {
      return new TopicTail(clients, clientId, consumer.endOffsets(List.of(partition)));
    }
  }

  /// Continues at the end if its next record was deleted: nobody waits for that record any more.
  private static KafkaConsumer<byte[], byte[]> open(KafkaClients clients, String clientId) {
    return clients.reader(clientId, Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest"));
  }

  /// Passes on each record that has a key and a value, until the worker is asked to stop.
  ///
  /// @param reader takes the key and the record
  void read(Worker worker, BiConsumer<String, ConsumerRecord<byte[], byte[]>> reader) {
    try (KafkaConsumer<byte[], byte[]> consumer = open(clients, clientId)) {
      consumer.assign(next.keySet());
      next.forEach(consumer::seek);
      reading = consumer;
      while (!worker.isStopping()) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          next.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
          if (record.key() != null && record.value() != null) {
            reader.accept(new String(record.key(), UTF_8), record);
          }
        }
        worker.roundDone();
      }
    } catch (WakeupException e) {
      if (!worker.isStopping()) {
        throw e;
      }
    } finally {
      reading = null;
    }
  }

  /// Ends a wait for records, so that a worker that is asked to stop does so at once.
  void wakeUp() {
    KafkaConsumer<byte[], byte[]> consumer = reading;
    if (consumer != null) {
      consumer.wakeup();
    }
  }
}
