package io.sketchstream.training.labels;

import io.sketchstream.events.TopicEnd;
import io.sketchstream.events.Topics;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/// The end offsets of `labels` and `images` when a run began; later records are not in its dataset.
public record TopicSnapshot(List<TopicEnd> ends) {
  private static final Comparator<TopicPartition> BY_NAME =
      Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

  public TopicSnapshot {
    ends = List.copyOf(ends);
  }

  /// Takes one now.
  ///
  /// @throws org.apache.kafka.common.KafkaException when Kafka does not answer
  public static TopicSnapshot take(TopicReader reader) {
    Map<TopicPartition, Long> all = new TreeMap<>(BY_NAME);
    all.putAll(reader.ends(Topics.LABELS.name()));
    all.putAll(reader.ends(Topics.IMAGES.name()));
    return new TopicSnapshot(
        all.entrySet().stream()
            .map(end ->
                TopicEnd.newBuilder()
                    .setTopic(end.getKey().topic())
                    .setPartition(end.getKey().partition())
                    .setOffset(end.getValue())
                    .build())
            .toList());
  }

  /// The ends of one topic.
  public Map<TopicPartition, Long> of(String topic) {
    Map<TopicPartition, Long> some = new HashMap<>();
    ends.stream()
        .filter(end -> end.getTopic().equals(topic))
        .forEach(end -> some.put(new TopicPartition(topic, end.getPartition()), end.getOffset()));
    return some;
  }

  /// Records of `labels` before the snapshot, including those compacted away since.
  public long labels() {
    return of(Topics.LABELS.name()).values().stream().mapToLong(Long::longValue).sum();
  }

  /// By topic and partition, for a manifest: `labels-0` is `123`.
  public Map<String, String> describe() {
    Map<String, String> names = new TreeMap<>();
    ends.forEach(end ->
        names.put(end.getTopic() + "-" + end.getPartition(), Long.toString(end.getOffset())));
    return names;
  }
}
