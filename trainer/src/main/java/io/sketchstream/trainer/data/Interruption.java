package io.sketchstream.trainer.data;

import java.util.concurrent.CancellationException;

/// Ends long computations of a thread that was interrupted, between two batches.
public final class Interruption {
  private Interruption() {}

  /// Goes on, or ends the computation.
  ///
  /// @throws CancellationException when the thread was interrupted; it stays so
  public static void check() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("stopped");
    }
  }
}
