package io.sketchstream.shell.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// How far topics have grown and how far groups have read them. Anything that Kafka does not know,
/// such as a topic that was just deleted, is missing in the result.
///
/// **Threads:** any.
public final class LogOffsets {
  private final Admin admin;
  private final Duration timeout;

  /// @param timeout of a call; each throws [TimeoutException] after it
  public LogOffsets(Admin admin, Duration timeout) {
    this.admin = admin;
    this.timeout = timeout;
  }

  /// The partitions of a topic; empty when it does not exist.
  ///
  /// @throws KafkaException when Kafka does not answer or refuses
  public List<TopicPartition> partitions(String topic) {
    try {
      return await(admin.describeTopics(List.of(topic)).topicNameValues().get(topic))
          .partitions()
          .stream()
          .map(info -> new TopicPartition(topic, info.partition()))
          .toList();
    } catch (UnknownTopicOrPartitionException _) {
      return List.of();
    }
  }

  /// Kafka's own ids of topics, by name. A topic that was deleted and recreated has another one.
  ///
  /// @throws KafkaException when Kafka does not answer or refuses
  public Map<String, String> ids(Collection<String> topics) {
    Map<String, KafkaFuture<TopicDescription>> found =
        admin.describeTopics(topics).topicNameValues();
    Map<String, String> ids = new HashMap<>();
    found.forEach((topic, description) -> {
      try {
        ids.put(topic, await(description).topicId().toString());
      } catch (UnknownTopicOrPartitionException _) {
        ids.remove(topic); // It is not in the answer.
      }
    });
    return ids;
  }

  /// The next offset of each partition. Every write that was acknowledged before the question is
  /// before it.
  ///
  /// @throws KafkaException when Kafka does not answer or refuses
  public Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
    return list(partitions, OffsetSpec.latest());
  }

  /// The first offset of each partition.
  ///
  /// @throws KafkaException when Kafka does not answer or refuses
  public Map<TopicPartition, Long> begins(Collection<TopicPartition> partitions) {
    return list(partitions, OffsetSpec.earliest());
  }

  /// The first offset at or after a time, of each partition that has one.
  ///
  /// @throws KafkaException when Kafka does not answer or refuses
  public Map<TopicPartition, Long> since(Collection<TopicPartition> partitions, long millis) {
    Map<TopicPartition, Long> first = list(partitions, OffsetSpec.forTimestamp(millis));
    first.values().removeIf(offset -> offset < 0);
    return first;
  }

  /// The offset that a group reads next in each partition; empty when there is no such group.
  ///
  /// @throws KafkaException when Kafka does not answer or refuses
  public Map<TopicPartition, Long> committed(String group) {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    noted(group).forEach((partition, next) -> offsets.put(partition, next.offset()));
    return offsets;
  }

  /// The offset that a group reads next in each partition, with the metadata of its commit.
  ///
  /// @throws KafkaException when Kafka does not answer or refuses
  public Map<TopicPartition, OffsetAndMetadata> noted(String group) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    try {
      for (Map.Entry<TopicPartition, OffsetAndMetadata> entry :
          await(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata()).entrySet()) {
        if (entry.getValue() != null) {
          offsets.put(entry.getKey(), entry.getValue());
        }
      }
    } catch (GroupIdNotFoundException _) {
      return Map.of();
    }
    return offsets;
  }

  private Map<TopicPartition, Long> list(Collection<TopicPartition> partitions, OffsetSpec which) {
    ListOffsetsResult result =
        admin.listOffsets(partitions.stream().collect(Collectors.toMap(p -> p, _ -> which)));
    Map<TopicPartition, Long> offsets = new HashMap<>();
    for (TopicPartition partition : partitions) {
      try {
        offsets.put(partition, await(result.partitionResult(partition)).offset());
      } catch (UnknownTopicOrPartitionException _) {
        continue; // It is not in the answer.
      }
    }
    return offsets;
  }

  /// @throws KafkaException the reason why the future failed
  private <R> R await(KafkaFuture<R> future) {
    try {
      return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException reason
          ? reason
          : new KafkaException(e.getCause());
    } catch (java.util.concurrent.TimeoutException e) {
      throw new TimeoutException("Kafka did not answer within " + timeout.toMillis() + " ms", e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
