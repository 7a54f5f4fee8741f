package io.sketchstream.training.runs;

import io.sketchstream.events.TopicEnd;
import io.sketchstream.events.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/// Where `labels` and `images` ended when a run began: what comes later is not in its dataset.
record Snapshot(List<TopicEnd> ends) {
  Snapshot {
    ends = List.copyOf(ends);
  }

  /// Takes one now.
  ///
  /// @throws org.apache.kafka.common.KafkaException when Kafka does not answer
  static Snapshot take(TopicReader reader) {
    Map<TopicPartition, Long> all = new TreeMap<>(BY_NAME);
    all.putAll(reader.ends(Topics.LABELS.name()));
    all.putAll(reader.ends(Topics.IMAGES.name()));
    return new Snapshot(
        all.entrySet().stream()
            .map(end ->
                TopicEnd.newBuilder()
                    .setTopic(end.getKey().topic())
                    .setPartition(end.getKey().partition())
                    .setOffset(end.getValue())
                    .build())
            .toList());
  }

  private static final java.util.Comparator<TopicPartition> BY_NAME =
      java.util.Comparator.comparing(TopicPartition::topic)
          .thenComparingInt(TopicPartition::partition);

  /// The ends of one topic.
  Map<TopicPartition, Long> of(String topic) {
    Map<TopicPartition, Long> some = new HashMap<>();
    ends.stream()
        .filter(end -> end.getTopic().equals(topic))
        .forEach(end -> some.put(new TopicPartition(topic, end.getPartition()), end.getOffset()));
    return some;
  }

  /// Records of `labels` before it, those that Kafka has forgotten since included.
  long labels() {
    return of(Topics.LABELS.name()).values().stream().mapToLong(Long::longValue).sum();
  }

  /// By topic and partition, for a manifest: `labels-0` is `123`.
  Map<String, String> describe() {
    Map<String, String> names = new TreeMap<>();
    ends.forEach(end ->
        names.put(end.getTopic() + "-" + end.getPartition(), Long.toString(end.getOffset())));
    return names;
  }
}
