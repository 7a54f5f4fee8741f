package io.sketchstream.training.runs;

import io.sketchstream.events.Instants;
import io.sketchstream.events.TrainingRunChanged;
import io.sketchstream.training.labels.TopicSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// When an automatic run is due. Never without new labels: the same data gives the same model.
///
/// @param every interval between the starts of runs
/// @param newLabels records of labels since the last start; 0 disables the trigger
record RunTriggers(Optional<Duration> every, long newLabels) {

  boolean areOff() {
    return every.isEmpty() && newLabels == 0;
  }

  /// The latest run. One that began in the future is none: a clock was wrong, or somebody else
  /// wrote it, and the next run would wait for that time.
  ///
  /// @param runs the newest first
  static Optional<TrainingRunChanged> last(List<TrainingRunChanged> runs, Instant now) {
    return runs.stream().filter(run -> !Instants.of(run.getStartedAt()).isAfter(now)).findFirst();
  }

  /// Records of labels written since the last run began: a withdrawal is one for each partition. If
  /// there are fewer than then, the topic was deleted and recreated, and all are new.
  static long fresh(Optional<TrainingRunChanged> last, long labels) {
    long before = last.map(run -> new TopicSnapshot(run.getSnapshotList()).labels()).orElse(0L);
    return labels < before ? labels : labels - before;
  }

  /// Why a run is due; empty when none is.
  ///
  /// @param last the latest run
  /// @param labels records written so far
  Optional<String> due(Optional<TrainingRunChanged> last, long labels, Instant now) {
    long fresh = fresh(last, labels);
    if (fresh <= 0) {
      return Optional.empty();
    }
    if (newLabels > 0 && fresh >= newLabels) {
      return Optional.of(String.format(Locale.ROOT, "%,d records of labels", fresh));
    }
    Instant began = last.map(r -> Instants.of(r.getStartedAt())).orElse(null);
    return every
        .filter(interval -> began == null || !now.isBefore(began.plus(interval)))
        .map(interval -> "every " + interval.toString().substring(2).toLowerCase(Locale.ROOT));
  }
}
