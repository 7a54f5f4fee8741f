package io.sketchstream.query.search;

import io.sketchstream.testing.Await;
import io.sketchstream.testing.TopicRecords;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;

/// Lets Kafka forget what was removed from a topic.
///
/// **Threads:** the caller's. **Owns:** nothing.
final class Compaction {
  private final Map<String, Object> kafka;

  Compaction(Map<String, Object> kafka) {
    this.kafka = kafka;
  }

  /// Returns when no removal that is in the topic now is there any more.
  ///
  /// @param write puts something into the topic: the last segment is never compacted, so others are
  ///   begun
  void forgetRemovals(String topic, Runnable write) throws Exception {
    try (Admin admin = Admin.create(kafka)) {
      alter(admin, ConfigResource.Type.BROKER, "", Map.of("log.cleaner.backoff.ms", "50"));
      Map<String, String> settings =
          Map.of(
              "segment.ms", "1", "min.cleanable.dirty.ratio", "0.001", "delete.retention.ms", "0");
      Map<TopicPartition, Long> ends = TopicRecords.ends(kafka, topic);
      alter(admin, ConfigResource.Type.TOPIC, topic, settings);
      Await.until(
          "no removal is left in " + topic,
          () -> {
            write.run();
            return !hasRemovals(topic, ends);
          });
      alter(
          admin,
          ConfigResource.Type.TOPIC,
          topic,
          Map.of(
              "segment.ms", "600000",
              "min.cleanable.dirty.ratio", "0.5",
              "delete.retention.ms", "86400000"));
    }
  }

  private static void alter(
      Admin admin, ConfigResource.Type type, String name, Map<String, String> settings)
      throws Exception {
    List<AlterConfigOp> changes =
        settings.entrySet().stream()
            .map(e -> new AlterConfigOp(new ConfigEntry(e.getKey(), e.getValue()), OpType.SET))
            .toList();
    admin.incrementalAlterConfigs(Map.of(new ConfigResource(type, name), changes)).all().get();
  }

  private boolean hasRemovals(String topic, Map<TopicPartition, Long> ends) {
    return TopicRecords.of(kafka, topic).stream()
        .anyMatch(record ->
            record.value() == null
                && record.offset() < ends.get(new TopicPartition(topic, record.partition())));
  }
}
