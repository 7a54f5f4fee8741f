package io.sketchstream.trainer.train;

import io.sketchstream.trainer.evaluate.RetrievalReport;

/// Is told how a training goes, on its thread.
public interface TrainingProgress {
  /// Hears nothing.
  TrainingProgress SILENT = new TrainingProgress() {};

  /// Something that takes a while has come so far.
  ///
  /// @param what such as `teacher's table`
  default void phase(String what, int done, int total) {}

  /// An iteration is done.
  default void step(TrainingStep step, int iterations) {}

  /// The model so far was evaluated.
  ///
  /// @param split which classes
  default void validated(int iteration, String split, RetrievalReport report) {}
}
