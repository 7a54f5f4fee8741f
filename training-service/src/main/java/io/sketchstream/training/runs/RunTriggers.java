package io.sketchstream.training.runs;

import io.sketchstream.events.TrainingRunChanged;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/// When a run is due by itself. Never without new labels: the same data would give the same model.
///
/// @param every after the last one began
/// @param newLabels since the last one began; nought: not for that reason
record RunTriggers(Optional<Duration> every, long newLabels) {

  boolean areOff() {
    return every.isEmpty() && newLabels == 0;
  }

  /// Labels written since the last run began, withdrawals included.
  static long fresh(Optional<TrainingRunChanged> last, long labels) {
    return labels - last.map(run -> new Snapshot(run.getSnapshotList()).labels()).orElse(0L);
  }

  /// Why a run is due; empty when none is.
  ///
  /// @param last the one that began last
  /// @param labels written so far
  Optional<String> due(Optional<TrainingRunChanged> last, long labels, Instant now) {
    long fresh = fresh(last, labels);
    if (fresh <= 0) {
      return Optional.empty();
    }
    if (newLabels > 0 && fresh >= newLabels) {
      return Optional.of(String.format(Locale.ROOT, "%,d new labels", fresh));
    }
    Instant began =
        last.map(r -> Instant.ofEpochSecond(r.getStartedAt().getSeconds())).orElse(null);
    return every
        .filter(interval -> began == null || !now.isBefore(began.plus(interval)))
        .map(interval -> "every " + interval.toString().substring(2).toLowerCase(Locale.ROOT));
  }
}
