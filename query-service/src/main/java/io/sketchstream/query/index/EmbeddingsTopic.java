package io.sketchstream.query.index;

import io.sketchstream.events.Generation;
import io.sketchstream.events.Topics;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// The current embeddings topic of a generation in Kafka.
///
/// @param id Kafka's own; a topic that was deleted and recreated has another one
/// @param partitions number of partitions, and so of shards
public record EmbeddingsTopic(Generation generation, String id, int partitions) {
  /// A topic that was just created is not known to all brokers at once.
  private static final long KNOWN_AFTER_MILLIS = 5_000;

  private static final long RETRY_MILLIS = 20;

  /// Asks Kafka. The topic must exist.
  ///
  /// @throws IllegalStateException when Kafka does not say
  public static EmbeddingsTopic of(Generation generation, Admin admin) {
    String name = name(generation);
    try {
      for (long left = KNOWN_AFTER_MILLIS; ; left -= RETRY_MILLIS) {
        try {
          TopicDescription topic =
              admin.describeTopics(List.of(name)).topicNameValues().get(name).get();
          return new EmbeddingsTopic(
              generation, topic.topicId().toString(), topic.partitions().size());
        } catch (ExecutionException e) {
          if (left <= 0 || !(e.getCause() instanceof UnknownTopicOrPartitionException)) {
            throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
          }
          Thread.sleep(RETRY_MILLIS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while talking to Kafka", e);
    }
  }

  static String name(Generation generation) {
    return Topics.imageEmbeddings(generation).name();
  }

  String name() {
    return name(generation);
  }
}
