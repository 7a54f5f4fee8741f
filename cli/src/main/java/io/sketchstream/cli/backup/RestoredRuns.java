package io.sketchstream.cli.backup;

import io.sketchstream.events.TopicEnd;
import io.sketchstream.events.Topics;
import io.sketchstream.events.TrainingRunChanged;
import io.sketchstream.events.TrainingRunState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Converts the training runs of a backup to runs of an installation: none is in progress, and each
/// has the same number of new labels since, although offsets differ.
final class RestoredRuns {
  private RestoredRuns() {}

  /// @param sourceEnds of `labels` when the backup was taken, by partition
  /// @param targetEnds of `labels` now, the restored ones included
  static TrainingRunChanged restored(
      TrainingRunChanged run, Map<Integer, Long> sourceEnds, Map<Integer, Long> targetEnds) {
    TrainingRunChanged.Builder restored =
        run.toBuilder().clearSnapshot().addAllSnapshot(snapshot(run, sourceEnds, targetEnds));
    if (run.getState() == TrainingRunState.RUNNING) {
      restored
          .setState(TrainingRunState.CANCELLED)
          .setReason("a backup was restored that was taken during the run");
    }
    return restored.build();
  }

  private static List<TopicEnd> snapshot(
      TrainingRunChanged run, Map<Integer, Long> sourceEnds, Map<Integer, Long> targetEnds) {
    Map<Integer, Long> seen = new TreeMap<>();
    for (TopicEnd end : run.getSnapshotList()) {
      if (end.getTopic().equals(Topics.LABELS.name())) {
        seen.put(end.getPartition(), end.getOffset());
      }
    }
    long fresh =
        sourceEnds.entrySet().stream()
            .mapToLong(end -> Math.max(0, end.getValue() - seen.getOrDefault(end.getKey(), 0L)))
            .sum();
    List<TopicEnd> ends = new ArrayList<>();
    for (Map.Entry<Integer, Long> end : targetEnds.entrySet()) {
      long unseen = Math.min(fresh, end.getValue());
      fresh -= unseen;
      ends.add(
          TopicEnd.newBuilder()
              .setTopic(Topics.LABELS.name())
              .setPartition(end.getKey())
              .setOffset(end.getValue() - unseen)
              .build());
    }
    return ends;
  }
}
