package io.sketchstream.training.runs;

import io.sketchstream.events.TrainingRunChanged;
import io.sketchstream.training.labels.LabelCounter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/// Checks every five seconds whether an automatic run is due.
///
/// **Threads:** the coordinator's.
final class DueRuns {
  private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

  private final RunTriggers triggers;
  private final InstantSource clock;
  private long nextNanos = System.nanoTime();
  private long freshLabels;

  DueRuns(RunTriggers triggers, InstantSource clock) {
    this.triggers = triggers;
    this.clock = clock;
  }

  /// Labels written since the last run began, as of the last check.
  long freshLabels() {
    return freshLabels;
  }

  /// Why a run is due; empty when none is, and between checks.
  ///
  /// @throws org.apache.kafka.common.KafkaException when Kafka does not answer
  Optional<String> look(RunLog log, LabelCounter labels) {
    if (System.nanoTime() - nextNanos < 0) {
      return Optional.empty();
    }
    nextNanos = System.nanoTime() + LOOK_EVERY.toNanos();
    long written = labels.written();
    Instant now = clock.instant();
    Optional<TrainingRunChanged> last = RunTriggers.last(log.runs(), now);
    freshLabels = RunTriggers.fresh(last, written);
    return triggers.areOff() ? Optional.empty() : triggers.due(last, written, now);
  }
}
