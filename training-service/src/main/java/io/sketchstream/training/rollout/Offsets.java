package io.sketchstream.training.rollout;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/// How far topics have grown and groups have read, as Kafka says.
final class Offsets {
  private final Admin admin;

  Offsets(Admin admin) {
    this.admin = admin;
  }

  /// Where each partition ends that holds anything.
  Map<TopicPartition, Long> ends(String topic) throws ExecutionException, InterruptedException {
    List<TopicPartition> partitions = partitions(topic);
    Map<TopicPartition, Long> starts = list(partitions, OffsetSpec.earliest());
    Map<TopicPartition, Long> ends = list(partitions, OffsetSpec.latest());
    ends.entrySet().removeIf(end -> end.getValue() <= starts.get(end.getKey()));
    return ends;
  }

  /// The first record of each partition that came at or after a time; without those that have none.
  Map<TopicPartition, Long> since(String topic, long millis)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, Long> first = list(partitions(topic), OffsetSpec.forTimestamp(millis));
    first.values().removeIf(offset -> offset < 0);
    return first;
  }

  /// What a group will read next; empty when there is no such group.
  Map<TopicPartition, Long> committed(String group)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, Long> committed = new HashMap<>();
    try {
      admin
          .listConsumerGroupOffsets(group)
          .partitionsToOffsetAndMetadata()
          .get()
          .forEach((partition, next) -> {
            if (next != null) {
              committed.put(partition, next.offset());
            }
          });
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof GroupIdNotFoundException)) {
        throw e;
      }
    }
    return committed;
  }

  private List<TopicPartition> partitions(String topic)
      throws ExecutionException, InterruptedException {
    return admin
        .describeTopics(List.of(topic))
        .topicNameValues()
        .get(topic)
        .get()
        .partitions()
        .stream()
        .map(info -> new TopicPartition(topic, info.partition()))
        .toList();
  }

  private Map<TopicPartition, Long> list(List<TopicPartition> partitions, OffsetSpec which)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, ListOffsetsResultInfo> found =
        admin
            .listOffsets(
                partitions.stream().collect(Collectors.toMap(Function.identity(), _ -> which)))
            .all()
            .get();
    Map<TopicPartition, Long> offsets = new HashMap<>();
    found.forEach((partition, info) -> offsets.put(partition, info.offset()));
    return offsets;
  }
}
