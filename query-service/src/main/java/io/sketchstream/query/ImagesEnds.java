package io.sketchstream.query;

import io.sketchstream.events.Topics;
import io.sketchstream.shell.kafka.LogOffsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;

/// Reads how far `images` has grown.
///
/// **Threads:** one at a time.
final class ImagesEnds {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private final LogOffsets offsets;
  private List<TopicPartition> partitions = List.of();

  ImagesEnds(Admin admin) {
    offsets = new LogOffsets(admin, TIMEOUT);
  }

  /// The next offset of each partition.
  ///
  /// @throws org.apache.kafka.common.KafkaException when Kafka does not answer
  Map<Integer, Long> read() {
    if (partitions.isEmpty()) {
      partitions = offsets.partitions(Topics.IMAGES.name());
    }
    return offsets.ends(partitions).entrySet().stream()
        .collect(Collectors.toMap(end -> end.getKey().partition(), Map.Entry::getValue));
  }
}
