package io.sketchstream.events;

import io.sketchstream.events.Topic.Cleanup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.record.TimestampType;

/// Creates the topics that do not exist yet, in the same way whichever service starts first, and
/// sets retention and timestamp type of existing ones.
///
/// @param partitions partitions of `images`, and so of the index; fixed once `images` exists
/// @param replication copies of each partition, -1 for the broker's default
/// @param tombstoneRetention how long a compacted topic keeps a tombstone; a reader that was away
///   for longer may miss it
public record TopicProvisioner(int partitions, short replication, Duration tombstoneRetention) {
  /// Partitions of the topics that queries pass through.
  public static final int QUERY_PARTITIONS = 4;

  /// Largest record of any topic, in bytes: a canonical image or a sketch with room to spare.
  public static final int RECORD_SIZE_MAX = 4 << 20;

  /// Room for the headers that a dead letter adds to its record.
  public static final int DEAD_LETTER_HEADERS_SIZE_MAX = 64 << 10;

  /// Kafka deletes whole segments only: a topic keeps its data for its retention and this part
  /// more.
  private static final int SEGMENTS_PER_RETENTION = 6;

  /// Settings that are also applied to existing topics.
  private static final List<String> ALTERED =
      List.of(
          TopicConfig.DELETE_RETENTION_MS_CONFIG,
          TopicConfig.SEGMENT_MS_CONFIG,
          TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG);

  /// How long a broker may take to learn of a new topic.
  private static final Duration KNOWN_MAX = Duration.ofSeconds(30);

  private static final Duration KNOWN_PAUSE = Duration.ofMillis(10);

  private static final Duration TOMBSTONE_RETENTION = Duration.ofDays(30);

  public TopicProvisioner(int partitions, short replication) {
    this(partitions, replication, TOMBSTONE_RETENTION);
  }

  /// Age at which state built from a compacted topic counts as too old, as it may have missed a
  /// tombstone; allows for wrong clocks.
  public Duration awayMax() {
    return tombstoneRetention.dividedBy(2);
  }

  /// Creates all permanent topics and their dead letters. They can be used when it returns.
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

  /// Creates the topics of a generation: that of its embeddings, with as many partitions as
  /// `images` has, and that of its standing queries.
  ///
  /// @throws IllegalStateException when `images` does not exist or the broker refuses
  public void createEmbeddings(Admin admin, Generation generation) {
    create(
        admin,
        List.of(
            describe(Topics.imageEmbeddings(generation), imagePartitions(admin), RECORD_SIZE_MAX),
            describe(Topics.standingQueryEmbeddings(generation), 1, RECORD_SIZE_MAX)));
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
    if (topic == Topics.STANDING_QUERIES || topic == Topics.WEBHOOKS) {
      return 1;
    }
    return topic.cleanup() == Cleanup.COMPACT ? partitions : QUERY_PARTITIONS;
  }

  private NewTopic describe(Topic<?> topic, int partitionCount, int recordSizeMax) {
    Map<String, String> config = new HashMap<>();
    config.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(recordSizeMax));
    if (topic.cleanup() == Cleanup.COMPACT) {
      config.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
      config.put(TopicConfig.DELETE_RETENTION_MS_CONFIG, millis(tombstoneRetention));
      if (topic == Topics.LABELS) {
        // Of the records of a label in several partitions the latest counts, by one clock.
        config.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, TimestampType.LOG_APPEND_TIME.name);
      }
    } else {
      config.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);
      config.put(TopicConfig.RETENTION_MS_CONFIG, millis(topic.retention()));
      config.put(
          TopicConfig.SEGMENT_MS_CONFIG,
          millis(topic.retention().dividedBy(SEGMENTS_PER_RETENTION)));
      // By one clock: a writer whose clock is wrong gets neither refused nor forgotten too soon.
      config.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, TimestampType.LOG_APPEND_TIME.name);
    }
    return new NewTopic(topic.name(), partitionCount, replication).configs(config);
  }

  private static String millis(Duration duration) {
    return Long.toString(duration.toMillis());
  }

  private static void create(Admin admin, Collection<NewTopic> topics) {
    Map<String, KafkaFuture<Void>> created = admin.createTopics(topics).values();
    Map<ConfigResource, Collection<AlterConfigOp>> existing = new HashMap<>();
    List<String> added = new ArrayList<>();
    for (NewTopic topic : topics) {
      try {
        created.get(topic.name()).get();
        added.add(topic.name());
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof TopicExistsException)) {
          throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
        }
        existing.put(new ConfigResource(ConfigResource.Type.TOPIC, topic.name()), altered(topic));
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }
    alter(admin, existing);
    awaitKnown(admin, added);
  }

  /// The controller has made the topics; a broker learns of them some time later, and until then
  /// answers that they do not exist.
  private static void awaitKnown(Admin admin, List<String> topics) {
    long end = System.nanoTime() + KNOWN_MAX.toNanos();
    while (!isKnown(admin, topics, System.nanoTime() > end)) {
      LockSupport.parkNanos(KNOWN_PAUSE.toNanos());
    }
  }

  private static boolean isKnown(Admin admin, List<String> topics, boolean isLast) {
    try {
      admin.describeTopics(topics).allTopicNames().get();
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthorizationException) {
        return true; // Whoever may create topics need not be allowed to describe them.
      }
      if (isLast || !(e.getCause() instanceof UnknownTopicOrPartitionException)) {
        throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
      }
      return false;
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static List<AlterConfigOp> altered(NewTopic topic) {
    return ALTERED.stream()
        .filter(topic.configs()::containsKey)
        .map(key -> new ConfigEntry(key, topic.configs().get(key)))
        .map(entry -> new AlterConfigOp(entry, AlterConfigOp.OpType.SET))
        .toList();
  }

  /// A service without the right to alter topics leaves them as they are.
  private static void alter(Admin admin, Map<ConfigResource, Collection<AlterConfigOp>> changes) {
    try {
      admin.incrementalAlterConfigs(changes).all().get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof AuthorizationException)) {
        throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
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
