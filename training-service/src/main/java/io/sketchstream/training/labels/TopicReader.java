package io.sketchstream.training.labels;

import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.kafka.LogOffsets;
import io.sketchstream.trainer.data.Interruption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;

/// Reads topics from their beginning to a given end, without a consumer group.
///
/// **Threads:** any; a consumer is made for each call.
public final class TopicReader {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration CALL_MAX = Duration.ofSeconds(10);
  private static final Duration SILENCE_MAX = Duration.ofSeconds(60);
  private static final int FETCH_SIZE_MAX = 4 << 20;

  private final KafkaClients clients;
  private final String clientId;

  public TopicReader(Map<String, Object> kafka, String clientId) {
    this.clients = new KafkaClients(kafka);
    this.clientId = clientId;
  }

  /// Receives how much has been read.
  public interface Progress {
    void read(long done, long total);
  }

  /// The end offset of each partition of a topic.
  public Map<TopicPartition, Long> ends(String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic, CALL_MAX).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      return consumer.endOffsets(partitions, CALL_MAX);
    }
  }

  /// Kafka's own id of a topic, which is another one after it was deleted and made again; empty
  /// when there is no such topic.
  public String id(String topic) {
    try (Admin admin = clients.admin(clientId, CALL_MAX)) {
      return new LogOffsets(admin, CALL_MAX).ids(List.of(topic)).getOrDefault(topic, "");
    }
  }

  /// Reads every record before the given ends.
  ///
  /// @throws CancellationException when the thread is interrupted
  /// @throws TimeoutException when no records arrive for a minute
  public void read(
      Map<TopicPartition, Long> ends,
      Consumer<ConsumerRecord<byte[], byte[]>> records,
      Progress progress) {
    read(Map.of(), ends, records, progress);
  }

  /// Reads every record from a position on and before the given ends.
  ///
  /// @param from where to begin; a partition that is not named is read from its beginning
  /// @throws CancellationException when the thread is interrupted
  /// @throws TimeoutException when no records arrive for a minute
  public void read(
      Map<TopicPartition, Long> from,
      Map<TopicPartition, Long> ends,
      Consumer<ConsumerRecord<byte[], byte[]>> records,
      Progress progress) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      consumer.assign(ends.keySet());
      Map<TopicPartition, Long> begins =
          new HashMap<>(consumer.beginningOffsets(ends.keySet(), CALL_MAX));
      begins.replaceAll((partition, first) -> Math.max(first, from.getOrDefault(partition, 0L)));
      ends.keySet().forEach(partition -> consumer.seek(partition, begins.get(partition)));
      long total = sum(ends) - sum(begins);
      long before = -1;
      long silentSince = System.nanoTime();
      while (true) {
        Interruption.check();
        Map<TopicPartition, Long> left = new HashMap<>();
        long done = 0;
        for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
          long position = consumer.position(end.getKey(), CALL_MAX);
          done += Math.min(position, end.getValue()) - begins.get(end.getKey());
          if (position < end.getValue()) {
            left.put(end.getKey(), position);
          } else {
            consumer.pause(List.of(end.getKey()));
          }
        }
        progress.read(done, total);
        if (left.isEmpty()) {
          return;
        }
        if (done > before) {
          before = done;
          silentSince = System.nanoTime();
        } else if (System.nanoTime() - silentSince > SILENCE_MAX.toNanos()) {
          throw new TimeoutException("no records arrive from " + left);
        }
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          TopicPartition partition = new TopicPartition(record.topic(), record.partition());
          if (record.offset() < ends.get(partition)) {
            records.accept(record);
          }
        }
      }
    } catch (InterruptException _) {
      // The thread stays interrupted.
      throw new CancellationException("stopped");
    }
  }

  private static long sum(Map<TopicPartition, Long> offsets) {
    return offsets.values().stream().mapToLong(Long::longValue).sum();
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    return clients.reader(
        clientId,
        Map.of(
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "earliest",
            ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
            FETCH_SIZE_MAX,
            ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
            FETCH_SIZE_MAX));
  }
}
