package io.sketchstream.training.runs;

import io.sketchstream.events.Generation;
import io.sketchstream.events.TrainingRunChanged;
import io.sketchstream.events.TrainingRunState;
import java.util.List;

/// The runs as others see them.
///
/// @param runs the newest first
/// @param leads whether this instance starts runs
/// @param caughtUp whether all of [training-runs] is read
/// @param newLabels records of labels since the last run began
/// @param trouble what is wrong, for people; empty when nothing is
record RunView(
    List<TrainingRunChanged> runs,
    boolean leads,
    boolean caughtUp,
    long newLabels,
    String trouble) {
  /// Whether a run may still need the weights of a generation.
  boolean mayNeed(Generation generation) {
    return !caughtUp
        || runs.stream()
            .anyMatch(run ->
                run.getState() == TrainingRunState.RUNNING
                    && run.getBaseGeneration().equals(generation.id()));
  }
}
