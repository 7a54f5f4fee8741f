package io.sketchstream.cli.backup;

import io.sketchstream.events.TopicProvisioner;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Kafka clients for a backup. Keys and values are bytes: the meaning of records does not matter
/// here.
///
/// @param common what every client needs: addresses, security
public record KafkaAccess(Map<String, Object> common) {
  private static final Duration CALL_MAX = Duration.ofSeconds(20);
  private static final int FETCH_SIZE = 8 << 20;
  private static final int PENDING_SIZE_MAX = 64 << 20;
  private static final int TRANSACTION_MAX_MILLIS = 60_000;

  public KafkaAccess {
    common = Map.copyOf(common);
  }

  /// Reads partitions assigned by hand, committed records only; at an offset that is gone it fails.
  KafkaConsumer<byte[], byte[]> reader() {
    Map<String, Object> settings = client("sketchstream-backup-reader");
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_SIZE);
    settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) CALL_MAX.toMillis());
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /// Writes so that nothing acknowledged is lost.
  KafkaProducer<byte[], byte[]> writer() {
    return producer(new HashMap<>());
  }

  /// Writes in transactions, and fences whoever wrote under this id before.
  KafkaProducer<byte[], byte[]> writer(String transactionalId) {
    Map<String, Object> own = new HashMap<>();
    own.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
    own.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_MAX_MILLIS);
    return producer(own);
  }

  private KafkaProducer<byte[], byte[]> producer(Map<String, Object> own) {
    Map<String, Object> settings = client("sketchstream-backup-writer");
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, (long) PENDING_SIZE_MAX);
    settings.put(
        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
        TopicProvisioner.RECORD_SIZE_MAX + TopicProvisioner.DEAD_LETTER_HEADERS_SIZE_MAX);
    settings.putAll(own);
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /// @throws KafkaException when Kafka does not answer
  String clusterId() {
    try (Admin admin = admin()) {
      return admin.describeCluster().clusterId().get();
    } catch (ExecutionException e) {
      throw new KafkaException(e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /// Partitions of topics by name.
  ///
  /// @throws KafkaException when Kafka does not answer, or one of them does not exist
  Map<String, Integer> partitions(Collection<String> topics) {
    try (Admin admin = admin()) {
      Map<String, Integer> partitions = new TreeMap<>();
      for (TopicDescription topic : admin.describeTopics(topics).allTopicNames().get().values()) {
        partitions.put(topic.name(), topic.partitions().size());
      }
      return partitions;
    } catch (ExecutionException e) {
      throw new KafkaException(e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /// The settings of a topic itself; none where they may not be asked for.
  Map<String, String> config(String topic) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try (Admin admin = admin()) {
      Map<String, String> own = new TreeMap<>();
      for (ConfigEntry entry :
          admin.describeConfigs(List.of(resource)).values().get(resource).get().entries()) {
        if (entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG) {
          own.put(entry.name(), entry.value());
        }
      }
      return own;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthorizationException) {
        return Map.of();
      }
      throw new KafkaException(e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /// The addresses, for messages.
  @Override
  public String toString() {
    return String.valueOf(common.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG));
  }

  private Admin admin() {
    Map<String, Object> settings = client("sketchstream-backup-admin");
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) CALL_MAX.toMillis());
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) CALL_MAX.toMillis() / 2);
    return Admin.create(settings);
  }

  private Map<String, Object> client(String id) {
    Map<String, Object> settings = new HashMap<>(common);
    settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, id);
    return settings;
  }

  private static KafkaException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new KafkaException("interrupted while talking to Kafka", e);
  }

  /// Settings of a file in the form of Kafka's own tools, over the addresses.
  ///
  /// @param bootstrapServers empty when the file names them
  /// @throws IllegalArgumentException when neither does
  public static KafkaAccess of(String bootstrapServers, Map<String, String> file) {
    Map<String, Object> common = new HashMap<>(file);
    if (!bootstrapServers.isBlank()) {
      common.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    }
    if (!common.containsKey(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG)) {
      throw new IllegalArgumentException("the address of Kafka is not known; name it with --kafka");
    }
    return new KafkaAccess(common);
  }
}
