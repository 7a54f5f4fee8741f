package io.sketchstream.training.runs;

import io.sketchstream.events.Instants;
import io.sketchstream.events.Topics;
import io.sketchstream.events.TrainingRunChanged;
import io.sketchstream.events.TrainingRunState;
import io.sketchstream.events.TransactionalIds;
import io.sketchstream.shell.kafka.FencedTopic;
import io.sketchstream.shell.kafka.KafkaClients;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.KafkaException;

/// The topic `training-runs` for its only writer, the instance that leads the rollout.
///
/// **Threads:** one. **Owns:** its Kafka clients.
final class RunLog implements AutoCloseable {
  private static final int RUNS_KEPT = 200;
  private static final FencedTopic.Spec<TrainingRunChanged> SPEC =
      new FencedTopic.Spec<>(
          Topics.TRAINING_RUNS,
          TransactionalIds.TRAINING_RUNS,
          "training-runs",
          TrainingRunChanged::getRunId,
          run -> run.getRunId() + "/" + time(run),
          RunLog::time);

  private final FencedTopic<TrainingRunChanged, SortedMap<String, TrainingRunChanged>> topic;

  RunLog(KafkaClients clients) {
    topic = FencedTopic.open(clients, SPEC, new TreeMap<>(), RunLog::with);
  }

  /// @throws IllegalArgumentException when the record is not valid; it is left out
  static SortedMap<String, TrainingRunChanged> with(
      SortedMap<String, TrainingRunChanged> runs, String runId, TrainingRunChanged run) {
    SortedMap<String, TrainingRunChanged> changed = new TreeMap<>(runs);
    if (runId == null || !RunId.isValid(runId)) {
      throw new IllegalArgumentException("'%.80s' is not the id of a run".formatted(runId));
    }
    if (run == null) {
      changed.remove(runId);
    } else if (run.getRunId().equals(runId)) {
      changed.put(runId, run);
    } else {
      throw new IllegalArgumentException("'%.80s' is not its run".formatted(run.getRunId()));
    }
    return changed;
  }

  /// Applies new records, waiting for at most this long.
  ///
  /// @throws KafkaException when Kafka does not answer
  void poll(Duration timeout) {
    boolean _ = topic.poll(timeout);
  }

  boolean isCaughtUp() {
    return topic.isCaughtUp();
  }

  /// All runs, the newest first.
  List<TrainingRunChanged> runs() {
    return List.copyOf(topic.value().reversed().values());
  }

  Optional<TrainingRunChanged> find(String runId) {
    return Optional.ofNullable(topic.value().get(runId));
  }

  /// The run under way, as far as the topic says.
  Optional<TrainingRunChanged> running() {
    return topic.value().reversed().values().stream()
        .filter(run -> run.getState() == TrainingRunState.RUNNING)
        .findFirst();
  }

  boolean leads() {
    return topic.isWriter();
  }

  void lead() {
    topic.takeOver();
  }

  void resign() {
    topic.resign();
  }

  /// Writes the state of a run, and forgets the oldest runs.
  ///
  /// @throws KafkaException when another instance writes by now, or Kafka does not answer
  void publish(TrainingRunChanged run) {
    List<String> known = new ArrayList<>(topic.value().keySet());
    topic.publish(List.of(run), known.subList(0, Math.max(0, known.size() - RUNS_KEPT)));
  }

  @Override
  public void close() {
    topic.close();
  }

  private static Instant time(TrainingRunChanged run) {
    return Instants.of(run.getChangedAt());
  }
}
