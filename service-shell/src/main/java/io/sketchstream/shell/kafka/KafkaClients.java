package io.sketchstream.shell.kafka;

import io.sketchstream.events.TopicProvisioner;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Makes the Kafka clients of a service. Keys and values are bytes: the reader of a record refuses
/// it if it can't be parsed, so that it does not stop the client.
///
/// Each method takes settings that override its own, by the names of Kafka.
///
/// @param common what every client needs: addresses, security
/// @param instanceId name of this instance in its groups that stays over restarts (KIP-345), where
///   it has one: the member that a crash left behind is then replaced at once
/// @param sessionTimeout silence after which a member of a group loses its partitions
public record KafkaClients(
    Map<String, Object> common, Optional<String> instanceId, Duration sessionTimeout) {
  private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(10);
  private static final int METADATA_AGE_MAX_MILLIS = 30_000;
  private static final int FETCH_WAIT_MAX_MILLIS = 250;
  private static final int TRANSACTION_MAX_MILLIS = 10_000;

  /// Copies the settings.
  public KafkaClients {
    common = Map.copyOf(common);
  }

  /// Clients of a service whose instances have no names.
  public KafkaClients(Map<String, Object> common) {
    this(common, Optional.empty(), SESSION_TIMEOUT);
  }

  /// A consumer with manually assigned partitions and no group. It sees committed records only, and
  /// fails at an offset that does not exist any more, so that nothing is skipped silently.
  public KafkaConsumer<byte[], byte[]> reader(String clientId, Map<String, Object> own) {
    Map<String, Object> settings = consumer(clientId);
    settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    return open(settings, own);
  }

  /// A consumer in a group, which reads from the beginning if the group has no offsets yet. Commits
  /// are manual.
  public KafkaConsumer<byte[], byte[]> member(
      String clientId, String group, Map<String, Object> own) {
    Map<String, Object> settings = consumer(clientId);
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    settings.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        CooperativeStickyAssignor.class.getName());
    instanceId.ifPresent(id -> settings.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, id));
    settings.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, (int) sessionTimeout.toMillis());
    settings.put(
        ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, (int) sessionTimeout.dividedBy(3).toMillis());
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    return open(settings, own);
  }

  /// A producer that loses nothing that was acknowledged: idempotent, acknowledged by all in-sync
  /// replicas, with room for the largest record and its dead letter.
  public KafkaProducer<byte[], byte[]> producer(String clientId, Map<String, Object> own) {
    Map<String, Object> settings = new HashMap<>(common);
    settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, clientId);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(
        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
        TopicProvisioner.RECORD_SIZE_MAX + TopicProvisioner.DEAD_LETTER_HEADERS_SIZE_MAX);
    settings.putAll(own);
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /// A transactional producer. The broker refuses every earlier producer with this id once the new
  /// one has called `initTransactions`.
  public KafkaProducer<byte[], byte[]> transactional(String clientId, String transactionalId) {
    return producer(
        clientId,
        Map.of(
            ProducerConfig.TRANSACTIONAL_ID_CONFIG,
            transactionalId,
            ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
            TRANSACTION_MAX_MILLIS,
            ProducerConfig.MAX_BLOCK_MS_CONFIG,
            (long) TRANSACTION_MAX_MILLIS));
  }

  /// A client to administer topics and groups.
  ///
  /// @param timeout of a call
  public Admin admin(String clientId, Duration timeout) {
    Map<String, Object> settings = new HashMap<>(common);
    settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, clientId);
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) timeout.toMillis());
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) timeout.toMillis() / 2);
    return Admin.create(settings);
  }

  /// Leaves the group at once when a consumer closes, also one of an instance with a name: only a
  /// crash leaves a member behind.
  public static CloseOptions leaving(Duration timeout) {
    return CloseOptions.timeout(timeout)
        .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP);
  }

  private Map<String, Object> consumer(String clientId) {
    Map<String, Object> settings = new HashMap<>(common);
    settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, clientId);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MAX_MILLIS);
    settings.put(CommonClientConfigs.METADATA_MAX_AGE_CONFIG, METADATA_AGE_MAX_MILLIS);
    return settings;
  }

  private static KafkaConsumer<byte[], byte[]> open(
      Map<String, Object> settings, Map<String, Object> own) {
    settings.putAll(own);
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
