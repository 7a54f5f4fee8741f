package io.sketchstream.training.rollout;

import io.sketchstream.events.EmbedProgress;
import io.sketchstream.events.Generation;
import io.sketchstream.shell.kafka.LogOffsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// Offsets of topics and groups, as far as a rollout asks for them.
///
/// **Threads:** any.
final class Offsets {
  private static final Duration CALL_MAX = Duration.ofSeconds(10);

  private final LogOffsets log;

  Offsets(Admin admin) {
    this.log = new LogOffsets(admin, CALL_MAX);
  }

  /// The end offset of each partition that is not empty.
  ///
  /// @throws UnknownTopicOrPartitionException when there is no such topic
  /// @throws KafkaException when Kafka does not answer
  Map<TopicPartition, Long> ends(String topic) {
    List<TopicPartition> partitions = partitions(topic);
    Map<TopicPartition, Long> begins = log.begins(partitions);
    Map<TopicPartition, Long> ends = log.ends(partitions);
    ends.entrySet().removeIf(end -> end.getValue() <= begins.getOrDefault(end.getKey(), 0L));
    return ends;
  }

  /// The offset of the first record of each partition at or after a time; without partitions that
  /// have none.
  Map<TopicPartition, Long> since(String topic, long millis) {
    return log.since(partitions(topic), millis);
  }

  /// The committed offsets of a group; empty when there is no such group.
  Map<TopicPartition, Long> committed(String group) {
    return log.committed(group);
  }

  /// Whether the embeddings of a generation were compared with `images`, so that they contain no
  /// image whose removal was missed.
  ///
  /// @param partitions of `images`
  boolean compared(Generation generation, Collection<TopicPartition> partitions) {
    Map<TopicPartition, OffsetAndMetadata> noted = log.noted(generation.embedGroup());
    return partitions.stream()
        .allMatch(partition ->
            noted.containsKey(partition)
                && EmbedProgress.parse(noted.get(partition).metadata())
                    .filter(EmbedProgress::complete)
                    .isPresent());
  }

  private List<TopicPartition> partitions(String topic) {
    List<TopicPartition> partitions = log.partitions(topic);
    if (partitions.isEmpty()) {
      throw new UnknownTopicOrPartitionException("there is no topic " + topic);
    }
    return partitions;
  }
}
