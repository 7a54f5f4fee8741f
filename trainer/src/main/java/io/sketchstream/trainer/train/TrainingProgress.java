package io.sketchstream.trainer.train;

import io.sketchstream.trainer.evaluate.RetrievalReport;

/// Receives the progress of a training, on the training's thread.
public interface TrainingProgress {
  /// Ignores all progress.
  TrainingProgress SILENT = new TrainingProgress() {};

  /// Progress of a long computation.
  ///
  /// @param what name of the computation, such as `teacher's table`
  default void phase(String what, int done, int total) {}

  /// Called after each iteration.
  default void step(TrainingStep step, int iterations) {}

  /// Called after an intermediate model was evaluated.
  ///
  /// @param split the split it was evaluated on
  default void validated(int iteration, String split, RetrievalReport report) {}
}
