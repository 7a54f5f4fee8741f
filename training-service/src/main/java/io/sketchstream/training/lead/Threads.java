package io.sketchstream.training.lead;

/// Threads of the service's own.
public final class Threads {
  private Threads() {}

  /// Waits until a thread that was told to stop has ended, whatever interrupts the caller
  /// meanwhile.
  public static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
