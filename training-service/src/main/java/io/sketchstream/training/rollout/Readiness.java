package io.sketchstream.training.rollout;

import io.sketchstream.events.Generation;
import io.sketchstream.events.Topics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/// Whether a live generation can answer now: everything older than a moment is embedded and
/// indexed. A standby generation whose loops have stopped would miss the newer images.
///
/// **Threads:** the controller's.
final class Readiness {
  private final Offsets offsets;
  private final Duration behindMax;
  private final boolean requireIndex;
  private final InstantSource clock;

  /// @param behindMax how old a record may be that is not processed
  Readiness(Admin admin, Duration behindMax, boolean requireIndex, InstantSource clock) {
    this.offsets = new Offsets(admin);
    this.behindMax = behindMax;
    this.requireIndex = requireIndex;
    this.clock = clock;
  }

  /// What is missing, for people; empty when nothing is.
  Optional<String> missing(Generation generation) {
    try {
      long toEmbed = behind(Topics.IMAGES.name(), generation.embedGroup());
      if (toEmbed > 0) {
        return Optional.of(toEmbed + " images are not embedded");
      }
      if (!offsets.compared(generation, offsets.ends(Topics.IMAGES.name()).keySet())) {
        return Optional.of("its embeddings are not compared with the images yet");
      }
      long standing = behind(Topics.STANDING_QUERIES.name(), generation.standingGroup());
      if (standing > 0) {
        return Optional.of(standing + " standing queries are not embedded");
      }
      long toIndex =
          requireIndex
              ? behind(Topics.imageEmbeddings(generation).name(), generation.queryApplication())
              : 0;
      return toIndex > 0 ? Optional.of(toIndex + " images are not indexed") : Optional.empty();
    } catch (KafkaException e) {
      return Optional.of("its progress is unknown: " + e.getMessage());
    }
  }

  private long behind(String topic, String group) {
    Map<TopicPartition, Long> required = offsets.ends(topic);
    offsets
        .since(topic, clock.millis() - behindMax.toMillis())
        .forEach((partition, first) -> required.computeIfPresent(partition, (_, _) -> first));
    Map<TopicPartition, Long> committed = offsets.committed(group);
    return required.entrySet().stream()
        .mapToLong(e -> Math.max(0, e.getValue() - committed.getOrDefault(e.getKey(), 0L)))
        .sum();
  }
}
