package io.sketchstream.training.rollout;

import io.sketchstream.events.Generations;
import io.sketchstream.events.Instants;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.Topics;
import io.sketchstream.events.TransactionalIds;
import io.sketchstream.shell.kafka.FencedTopic;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.kafka.Leadership;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/// The topic `models` for its only writer. The owner of its partition in the group `rollout` leads.
/// All changes of one decision are one transaction.
///
/// **Threads:** one. **Owns:** its Kafka clients.
final class RolloutLog implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(RolloutLog.class);
  private static final String GROUP = "rollout";
  private static final FencedTopic.Spec<ModelChanged> SPEC =
      new FencedTopic.Spec<>(
          Topics.MODELS,
          TransactionalIds.MODELS,
          "rollout-models",
          ModelChanged::getGeneration,
          RolloutLog::eventId,
          RolloutLog::time);

  private final FencedTopic<ModelChanged, Generations> models;
  private final Leadership leadership;
  private boolean leads;

  RolloutLog(KafkaClients clients) {
    models = FencedTopic.open(clients, SPEC, Generations.NONE, Generations::with);
    leadership = new Leadership(clients, GROUP, Topics.MODELS.name());
  }

  /// Applies new records, waiting for at most this long, and takes over or resigns.
  ///
  /// @throws KafkaException when Kafka does not answer
  void poll(Duration timeout) {
    leads = leadership.poll(models, timeout);
  }

  /// Whether this instance may write.
  boolean leads() {
    return leads && models.isWriter();
  }

  boolean isCaughtUp() {
    return models.isCaughtUp();
  }

  Generations state() {
    return models.value();
  }

  /// Writes changes, together or not at all.
  ///
  /// @throws KafkaException when another instance leads by now, or Kafka does not answer
  void publish(List<ModelChanged> changes) {
    models.publish(changes);
    changes.forEach(change ->
        LOG.infof(
            "generation %s is %s: %s",
            change.getGeneration(), change.getState(), change.getReason()));
  }

  @Override
  public void close() {
    leadership.close();
    models.close();
  }

  private static String eventId(ModelChanged change) {
    return change.getGeneration() + "/" + change.getState() + "/" + time(change);
  }

  private static Instant time(ModelChanged change) {
    return Instants.of(change.getChangedAt());
  }
}
