package io.sketchstream.trainer.data;

import java.util.concurrent.CancellationException;

/// Ends a long computation between two batches when its thread is interrupted.
public final class Interruption {
  private Interruption() {}

  /// Returns, or throws if the thread was interrupted.
  ///
  /// @throws CancellationException when the thread was interrupted; its interrupt flag stays set
  public static void check() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("stopped");
    }
  }
}
