package io.sketchstream.training.labels;

import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.events.Topics;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.kafka.LogOffsets;
import java.time.Duration;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/// Counts the labels written so far, by the end offsets of `labels`.
///
/// **Threads:** one. **Owns:** an admin client, until [#close].
public final class LabelCounter implements AutoCloseable {
  private static final Duration CALL_MAX = Duration.ofSeconds(10);

  private final Admin admin;
  private final LogOffsets offsets;

  /// Creates the topics that are missing.
  public LabelCounter(KafkaClients clients, TopicProvisioner provisioner) {
    admin = clients.admin("training-runs-admin", CALL_MAX);
    offsets = new LogOffsets(admin, CALL_MAX);
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
  public long written() {
    return offsets.ends(offsets.partitions(Topics.LABELS.name())).values().stream()
        .mapToLong(Long::longValue)
        .sum();
  }

  @Override
  public void close() {
    admin.close();
  }
}
