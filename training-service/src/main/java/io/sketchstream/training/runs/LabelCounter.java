package io.sketchstream.training.runs;

import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.events.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/// How many labels were ever written, by where the partitions of `labels` end.
///
/// **Threads:** one. **Owns:** an admin client, until [#close].
final class LabelCounter implements AutoCloseable {
  private static final int CALL_MILLIS_MAX = 10_000;

  private final Admin admin;

  /// Makes the topics where they are missing.
  LabelCounter(Map<String, Object> kafka, TopicProvisioner provisioner) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(AdminClientConfig.CLIENT_ID_CONFIG, "training-runs-admin");
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, CALL_MILLIS_MAX);
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, CALL_MILLIS_MAX / 2);
    admin = Admin.create(settings);
    boolean provisioned = false;
    try {
      provisioner.createPermanent(admin);
      provisioned = true;
    } finally {
      if (!provisioned) {
        admin.close();
      }
    }
  }

  /// @throws KafkaException when Kafka does not answer
  long written() throws InterruptedException {
    String labels = Topics.LABELS.name();
    try {
      Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
      admin
          .describeTopics(List.of(labels))
          .topicNameValues()
          .get(labels)
          .get()
          .partitions()
          .forEach(p -> latest.put(new TopicPartition(labels, p.partition()), OffsetSpec.latest()));
      return admin.listOffsets(latest).all().get().values().stream()
          .mapToLong(end -> end.offset())
          .sum();
    } catch (ExecutionException e) {
      throw new KafkaException(e.getCause().getMessage(), e.getCause());
    }
  }

  @Override
  public void close() {
    admin.close();
  }
}
