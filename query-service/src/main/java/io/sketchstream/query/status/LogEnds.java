package io.sketchstream.query.status;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/// How far topics have grown and how far groups have read them. What Kafka does not know, such as a
/// topic just deleted, is missing.
final class LogEnds {
  private static final long TIMEOUT_MILLIS = 2_000;

  private final Admin admin;

  LogEnds(Admin admin) {
    this.admin = admin;
  }

  /// The next offset of each partition of some topics of `images`' width.
  Map<TopicPartition, Long> ends(Collection<String> topics, int partitions)
      throws InterruptedException {
    Set<TopicPartition> wanted =
        topics.stream()
            .flatMap(
                topic -> IntStream.range(0, partitions).mapToObj(p -> new TopicPartition(topic, p)))
            .collect(Collectors.toSet());
    ListOffsetsResult result =
        admin.listOffsets(
            wanted.stream().collect(Collectors.toMap(p -> p, _ -> OffsetSpec.latest())));
    Map<TopicPartition, Long> ends = new HashMap<>();
    for (TopicPartition partition : wanted) {
      try {
        ends.put(
            partition,
            result.partitionResult(partition).get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS).offset());
      } catch (ExecutionException | TimeoutException e) {
        // Unknown, and so not in the result.
      }
    }
    return ends;
  }

  /// The next offset each group will read.
  Map<String, Map<TopicPartition, Long>> committed(List<String> groups)
      throws InterruptedException {
    Map<String, Map<TopicPartition, Long>> committed = new HashMap<>();
    var result =
        admin.listConsumerGroupOffsets(
            groups.stream()
                .collect(Collectors.toMap(g -> g, _ -> new ListConsumerGroupOffsetsSpec())));
    for (String group : groups) {
      try {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        for (Map.Entry<TopicPartition, OffsetAndMetadata> entry :
            result
                .partitionsToOffsetAndMetadata(group)
                .get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
                .entrySet()) {
          if (entry.getValue() != null) {
            offsets.put(entry.getKey(), entry.getValue().offset());
          }
        }
        committed.put(group, offsets);
      } catch (ExecutionException | TimeoutException e) {
        // Unknown, and so not in the result.
      }
    }
    return committed;
  }
}
