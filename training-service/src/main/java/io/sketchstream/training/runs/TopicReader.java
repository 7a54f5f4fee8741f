package io.sketchstream.training.runs;

import io.sketchstream.training.data.Interruption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// Reads topics from their beginning to a given end, in no group.
///
/// **Threads:** any; a consumer is made for each call.
final class TopicReader {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration CALL_MAX = Duration.ofSeconds(10);
  private static final Duration SILENCE_MAX = Duration.ofSeconds(60);
  private static final int FETCH_SIZE_MAX = 4 << 20;

  private final Map<String, Object> kafka;
  private final String clientId;

  TopicReader(Map<String, Object> kafka, String clientId) {
    this.kafka = kafka;
    this.clientId = clientId;
  }

  /// Is told how much of a reading is done.
  interface Progress {
    void read(long done, long total);
  }

  /// Where each partition of a topic ends now.
  Map<TopicPartition, Long> ends(String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic, CALL_MAX).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      return consumer.endOffsets(partitions, CALL_MAX);
    }
  }

  /// Reads every record before the ends.
  ///
  /// @throws CancellationException when the thread is interrupted
  /// @throws TimeoutException when Kafka gives nothing for a minute
  void read(
      Map<TopicPartition, Long> ends,
      Consumer<ConsumerRecord<byte[], byte[]>> records,
      Progress progress) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      consumer.assign(ends.keySet());
      Map<TopicPartition, Long> begins = consumer.beginningOffsets(ends.keySet(), CALL_MAX);
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
          throw new TimeoutException("Kafka gives no more of " + left);
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
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, clientId);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_SIZE_MAX);
    settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_SIZE_MAX);
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
