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
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;

/// The topic `training-runs` for its only writer, the instance that leads the rollout.
///
/// Any client may write there, too. While this instance leads, nobody else changes or removes the
/// run that it wrote last; that run, and those with a folder here, are the last to be forgotten.
///
/// **Threads:** one. **Owns:** its Kafka clients.
final class RunLog implements AutoCloseable {
  private static final int RUNS_KEPT = 200;

  /// Most runs that are held, of whomever: this many may be running besides those that are kept.
  static final int RUNS_MAX = 2 * RUNS_KEPT;

  /// Largest record of a run, in bytes.
  static final int RUN_SIZE_MAX = 256 << 10;

  private static final FencedTopic.Spec<TrainingRunChanged> SPEC =
      new FencedTopic.Spec<>(
          Topics.TRAINING_RUNS,
          TransactionalIds.TRAINING_RUNS,
          "training-runs",
          TrainingRunChanged::getRunId,
          run -> run.getRunId() + "/" + time(run),
          RunLog::time);

  private final Predicate<String> isHere;
  private final FencedTopic<TrainingRunChanged, SortedMap<String, TrainingRunChanged>> topic;
  private Optional<TrainingRunChanged> written = Optional.empty();

  /// @param isHere whether a run has a folder here, by its id
  RunLog(KafkaClients clients, Predicate<String> isHere) {
    this.isHere = isHere;
    topic = FencedTopic.open(clients, SPEC, new TreeMap<>(), this::with);
  }

  private SortedMap<String, TrainingRunChanged> with(
      SortedMap<String, TrainingRunChanged> runs, String runId, TrainingRunChanged run) {
    if (isWritten(runId) && !written.get().equals(run)) {
      throw new IllegalArgumentException(
          (run == null ? "somebody else removed " : "somebody else changed ") + runId);
    }
    return with(runs, runId, run, id -> isWritten(id) || isHere.test(id));
  }

  private boolean isWritten(String runId) {
    return written.isPresent() && written.get().getRunId().equals(runId);
  }

  /// @param isOurs whether a run is one of this instance
  /// @throws IllegalArgumentException when the record is not valid; it is left out
  static SortedMap<String, TrainingRunChanged> with(
      SortedMap<String, TrainingRunChanged> runs,
      String runId,
      TrainingRunChanged run,
      Predicate<String> isOurs) {
    if (runId == null || !RunId.isValid(runId)) {
      throw new IllegalArgumentException("'%.80s' is not the id of a run".formatted(runId));
    }
    SortedMap<String, TrainingRunChanged> changed = new TreeMap<>(runs);
    if (run == null) {
      changed.remove(runId);
    } else if (!run.getRunId().equals(runId)) {
      throw new IllegalArgumentException("'%.80s' is not its run".formatted(run.getRunId()));
    } else if (run.getSerializedSize() > RUN_SIZE_MAX) {
      throw new IllegalArgumentException(
          "it has %d bytes, more than %d".formatted(run.getSerializedSize(), RUN_SIZE_MAX));
    } else {
      changed.put(runId, run);
      if (changed.size() > RUNS_MAX) {
        changed.remove(leastNeeded(changed.values(), isOurs));
      }
    }
    return changed;
  }

  /// The oldest run of others that has ended, or, if there is none, that is under way.
  private static String leastNeeded(Collection<TrainingRunChanged> runs, Predicate<String> isOurs) {
    return Stream.<Predicate<TrainingRunChanged>>of(
            run -> !isRunning(run) && !isOurs.test(run.getRunId()),
            run -> !isOurs.test(run.getRunId()),
            _ -> true)
        .flatMap(wanted -> runs.stream().filter(wanted).limit(1))
        .findFirst()
        .map(TrainingRunChanged::getRunId)
        .orElseThrow();
  }

  private static boolean isRunning(TrainingRunChanged run) {
    return run.getState() == TrainingRunState.RUNNING;
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

  /// Whether a run is under way, as far as the topic says.
  boolean isRunning(String runId) {
    return find(runId).filter(RunLog::isRunning).isPresent();
  }

  /// The run under way, as far as the topic says: rather one that has a folder here than another.
  Optional<TrainingRunChanged> running() {
    List<TrainingRunChanged> running = runs().stream().filter(RunLog::isRunning).toList();
    return running.stream()
        .filter(run -> isHere.test(run.getRunId()))
        .findFirst()
        .or(() -> running.stream().findFirst());
  }

  boolean leads() {
    return topic.isWriter();
  }

  void lead() {
    topic.takeOver();
  }

  void resign() {
    written = Optional.empty();
    topic.resign();
  }

  /// Writes the state of a run, and forgets the oldest ones that have ended.
  ///
  /// @throws KafkaException when another instance writes by now, or Kafka does not answer
  void publish(TrainingRunChanged run) {
    List<String> forgotten = forgotten(topic.value().values(), run.getRunId());
    written = Optional.of(run);
    topic.publish(List.of(run), forgotten);
  }

  /// Never the run that is written, nor one under way.
  static List<String> forgotten(Collection<TrainingRunChanged> runs, String written) {
    return runs.stream()
        .filter(run -> !isRunning(run) && !run.getRunId().equals(written))
        .limit(Math.max(0, runs.size() - RUNS_KEPT))
        .map(TrainingRunChanged::getRunId)
        .toList();
  }

  @Override
  public void close() {
    topic.close();
  }

  private static Instant time(TrainingRunChanged run) {
    return Instants.of(run.getChangedAt());
  }
}
