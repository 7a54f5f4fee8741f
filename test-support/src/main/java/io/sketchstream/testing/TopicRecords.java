package io.sketchstream.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// What a topic holds now, for tests.
public final class TopicRecords {
  private static final Duration POLL = Duration.ofMillis(50);

  private TopicRecords() {}

  /// All records of a topic, those of each partition in order.
  ///
  /// @param kafka settings of Kafka clients
  public static List<ConsumerRecord<byte[], byte[]>> of(Map<String, Object> kafka, String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(kafka)) {
      return read(consumer, partitions(consumer, topic));
    }
  }

  /// All records of a partition, in order.
  ///
  /// @param kafka settings of Kafka clients
  public static List<ConsumerRecord<byte[], byte[]>> of(
      Map<String, Object> kafka, TopicPartition partition) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(kafka)) {
      return read(consumer, List.of(partition));
    }
  }

  /// The next offset of each partition of a topic.
  ///
  /// @param kafka settings of Kafka clients
  public static Map<TopicPartition, Long> ends(Map<String, Object> kafka, String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(kafka)) {
      return consumer.endOffsets(partitions(consumer, topic));
    }
  }

  private static List<ConsumerRecord<byte[], byte[]>> read(
      KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions) {
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
      consumer.poll(POLL).forEach(records::add);
    }
    return records;
  }

  private static KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> kafka) {
    return new KafkaConsumer<>(kafka, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static List<TopicPartition> partitions(
      KafkaConsumer<byte[], byte[]> consumer, String topic) {
    return consumer.partitionsFor(topic).stream()
        .map(info -> new TopicPartition(topic, info.partition()))
        .toList();
  }
}
