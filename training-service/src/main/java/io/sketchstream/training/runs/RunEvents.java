package io.sketchstream.training.runs;

import com.google.protobuf.Timestamp;
import io.sketchstream.events.Generation;
import io.sketchstream.events.Instants;
import io.sketchstream.events.TrainingRunChanged;
import io.sketchstream.events.TrainingRunState;
import io.sketchstream.training.labels.TopicSnapshot;
import java.time.InstantSource;
import java.util.Map;

/// The records of a run in [training-runs].
final class RunEvents {
  /// The phase of a run whose service was stopped regularly.
  static final String PAUSED = "paused";

  private static final int REASON_LENGTH_MAX = 10_000;

  private final InstantSource clock;

  RunEvents(InstantSource clock) {
    this.clock = clock;
  }

  TrainingRunChanged begun(
      Generation base, String trigger, TopicSnapshot snapshot, Map<String, String> overrides) {
    Timestamp now = now();
    return TrainingRunChanged.newBuilder()
        .setRunId(RunId.next(clock))
        .setState(TrainingRunState.RUNNING)
        .setPhase("dataset")
        .setBaseGeneration(base.id())
        .setTrigger(trigger)
        .setStartedAt(now)
        .setChangedAt(now)
        .addAllSnapshot(snapshot.ends())
        .putAllOverrides(overrides)
        .build();
  }

  TrainingRunChanged goingOn(TrainingRunChanged run, int restarts) {
    return run.toBuilder().setRestarts(restarts).setChangedAt(now()).build();
  }

  TrainingRunChanged underWay(RunningJob job) {
    RunProgress.Status status = job.progress();
    return job.run().toBuilder()
        .setPhase(status.phase())
        .setPhaseDone(status.done())
        .setPhaseTotal(status.total())
        .clearLosses()
        .putAllLosses(status.losses())
        .setImagesPerSecond(status.imagesPerSecond())
        .setEtaSeconds(status.etaSeconds())
        .setChangedAt(now())
        .build();
  }

  TrainingRunChanged paused(RunningJob job) {
    return underWay(job).toBuilder().setPhase(PAUSED).setEtaSeconds(0).build();
  }

  /// @param run its last record
  TrainingRunChanged ended(TrainingRunChanged run, TrainingJob.Outcome outcome) {
    return run.toBuilder()
        .setState(outcome.state())
        .setEtaSeconds(0)
        .setGeneration(outcome.generation())
        .putAllMetrics(outcome.metrics())
        .setReason(
            outcome.reason().substring(0, Math.min(outcome.reason().length(), REASON_LENGTH_MAX)))
        .setChangedAt(now())
        .build();
  }

  private Timestamp now() {
    return Instants.timestamp(clock.instant());
  }
}
