package io.sketchstream.embed;

import io.sketchstream.events.Generation;
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

/// Makes this service's Kafka clients. Keys and values are bytes everywhere: a record that can't be
/// parsed is for the loop to refuse, not for the client to choke on.
///
/// @param common what every client needs: addresses, security
/// @param instanceId name of this instance in its groups that stays over restarts (KIP-345), where
///   it has one: the member that a crash left behind is then replaced at once, not waited for
/// @param sessionTimeout how long a silent instance keeps its partitions
record KafkaClients(
    Map<String, Object> common, Optional<String> instanceId, Duration sessionTimeout) {
  /// Shares the sketches among all instances.
  static final String SKETCHES_GROUP = "embed-sketches";

  /// A few polls of images. What a fetch brings waits in memory until it is polled, as one object.
  private static final int FETCH_SIZE_MAX = 1 << 20;

  /// Reads `images` for one generation, in its group.
  KafkaConsumer<byte[], byte[]> images(Generation generation, int batchSizeMax) {
    Map<String, Object> settings =
        consumer(generation.embedGroup() + "-images", generation.embedGroup(), batchSizeMax);
    settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_SIZE_MAX);
    settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_SIZE_MAX / 2);
    return open(settings);
  }

  /// Reads `sketches`, shared by all instances.
  KafkaConsumer<byte[], byte[]> sketches(int batchSizeMax) {
    return open(consumer("embed-sketches", SKETCHES_GROUP, batchSizeMax));
  }

  /// Reads all of `models`, in no group. Only what was written whole counts.
  KafkaConsumer<byte[], byte[]> models() {
    Map<String, Object> settings = consumer("embed-models", null, 500);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    return open(settings);
  }

  /// Loses nothing that was acknowledged.
  ///
  /// @param linger how long a record waits for company
  KafkaProducer<byte[], byte[]> producer(String name, Duration linger) {
    Map<String, Object> settings = new HashMap<>(common);
    settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, name);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, linger.toMillis());
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 << 10);
    settings.put(
        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
        TopicProvisioner.RECORD_SIZE_MAX + TopicProvisioner.DEAD_LETTER_HEADERS_SIZE_MAX);
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  Admin admin(Duration timeout) {
    Map<String, Object> settings = new HashMap<>(common);
    settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, "embed-admin");
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) timeout.toMillis());
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) timeout.toMillis() / 2);
    return Admin.create(settings);
  }

  /// Gives partitions up at once, also those of an instance with a name: only a crash leaves a
  /// member behind.
  static CloseOptions leaving(Duration timeout) {
    return CloseOptions.timeout(timeout)
        .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP);
  }

  private Map<String, Object> consumer(String clientId, String group, int recordsMax) {
    Map<String, Object> settings = new HashMap<>(common);
    settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, clientId);
    if (group != null) {
      settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
      settings.put(
          ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
          CooperativeStickyAssignor.class.getName());
      instanceId.ifPresent(id -> settings.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, id));
      settings.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, (int) sessionTimeout.toMillis());
      settings.put(
          ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
          (int) sessionTimeout.dividedBy(3).toMillis());
    }
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, recordsMax);
    settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 250);
    settings.put(CommonClientConfigs.METADATA_MAX_AGE_CONFIG, 30_000);
    return settings;
  }

  private static KafkaConsumer<byte[], byte[]> open(Map<String, Object> settings) {
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
