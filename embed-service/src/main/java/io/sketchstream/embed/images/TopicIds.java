package io.sketchstream.embed.images;

import io.sketchstream.events.Generation;
import io.sketchstream.events.Topics;
import io.sketchstream.shell.kafka.LogOffsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;

/// Kafka's own ids of the two topics of an image loop. A topic that was deleted and recreated has
/// another one; offsets of the former topic say nothing about it.
///
/// @param images empty while it is not known
/// @param embeddings empty while it is not known
record TopicIds(String images, String embeddings) {

  /// Asks Kafka.
  ///
  /// @throws KafkaException when it does not answer or refuses
  static TopicIds of(Generation generation, LogOffsets log) {
    String images = Topics.IMAGES.name();
    String embeddings = Topics.imageEmbeddings(generation).name();
    Map<String, String> ids = log.ids(List.of(images, embeddings));
    return new TopicIds(ids.getOrDefault(images, ""), ids.getOrDefault(embeddings, ""));
  }

  /// Whether a topic has another id by now.
  boolean differs(TopicIds now) {
    return differs(images, now.images) || embeddingsDiffer(now);
  }

  /// With the ids of another where these are unknown.
  TopicIds orElse(TopicIds other) {
    return new TopicIds(
        images.isEmpty() ? other.images : images,
        embeddings.isEmpty() ? other.embeddings : embeddings);
  }

  /// Whether the embeddings have another id by now.
  boolean embeddingsDiffer(TopicIds now) {
    return differs(embeddings, now.embeddings);
  }

  /// Whether `images` is not the one with this id, which may be unknown.
  boolean imagesDiffer(String other) {
    return differs(images, other);
  }

  private static boolean differs(String id, String other) {
    return !id.isEmpty() && !other.isEmpty() && !id.equals(other);
  }
}
