package io.sketchstream.events;

import io.sketchstream.events.Topic.Cleanup;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// Creates the topics that do not exist yet, the same way whichever service comes first.
///
/// @param partitions partitions of `images`, and so of the index; fixed once `images` exists
/// @param replication copies of each partition, -1 for the broker's default
public record TopicProvisioner(int partitions, short replication) {
  /// Partitions of the topics that queries pass through.
  public static final int QUERY_PARTITIONS = 4;

  /// Largest record of any topic, in bytes: a canonical image or a sketch with room to spare.
  public static final int RECORD_SIZE_MAX = 4 << 20;

  /// Room for the headers that a dead letter has on top of the record it keeps.
  public static final int DEAD_LETTER_HEADERS_SIZE_MAX = 64 << 10;

  /// Creates all permanent topics and their dead letters.
  ///
  /// @throws IllegalStateException when the broker refuses
  public void createPermanent(Admin admin) {
    Map<String, NewTopic> wanted = new LinkedHashMap<>();
    for (Topic<?> topic : Topics.permanent()) {
      wanted.put(topic.name(), describe(topic, partitionsOf(topic), RECORD_SIZE_MAX));
      wanted.put(
          topic.deadLetters().name(),
          describe(topic.deadLetters(), 1, RECORD_SIZE_MAX + DEAD_LETTER_HEADERS_SIZE_MAX));
    }
    create(admin, wanted.values());
  }

  /// Creates the embeddings topic of a generation, with as many partitions as `images` has.
  ///
  /// @throws IllegalStateException when `images` does not exist or the broker refuses
  public void createEmbeddings(Admin admin, Generation generation) {
    create(
        admin,
        List.of(
            describe(Topics.imageEmbeddings(generation), imagePartitions(admin), RECORD_SIZE_MAX)));
  }

  /// How many partitions `images` has, which is how many shards an index has.
  ///
  /// @throws IllegalStateException when `images` does not exist
  public static int imagePartitions(Admin admin) {
    String images = Topics.IMAGES.name();
    return get(admin.describeTopics(List.of(images)).topicNameValues().get(images))
        .partitions()
        .size();
  }

  private int partitionsOf(Topic<?> topic) {
    if (topic == Topics.MODELS || topic == Topics.TRAINING_RUNS) {
      return 1; // The owner of the single partition of models leads, and writes both.
    }
    return topic.cleanup() == Cleanup.COMPACT ? partitions : QUERY_PARTITIONS;
  }

  private NewTopic describe(Topic<?> topic, int partitionCount, int recordSizeMax) {
    Map<String, String> config = new HashMap<>();
    config.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(recordSizeMax));
    if (topic.cleanup() == Cleanup.COMPACT) {
      config.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
    } else {
      config.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);
      config.put(TopicConfig.RETENTION_MS_CONFIG, Long.toString(topic.retention().toMillis()));
    }
    return new NewTopic(topic.name(), partitionCount, replication).configs(config);
  }

  private static void create(Admin admin, Collection<NewTopic> topics) {
    Map<String, KafkaFuture<Void>> created = admin.createTopics(topics).values();
    created.forEach((_, future) -> {
      try {
        future.get();
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof TopicExistsException)) {
          throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
        }
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    });
  }

  private static TopicDescription get(KafkaFuture<TopicDescription> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      String reason =
          e.getCause() instanceof UnknownTopicOrPartitionException
              ? "topic images does not exist"
              : e.getCause().getMessage();
      throw new IllegalStateException(reason, e.getCause());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static IllegalStateException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("interrupted while talking to Kafka", e);
  }
}
