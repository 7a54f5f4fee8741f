package io.sketchstream.embed;

/// Waiting for a thread to end, whatever happens.
final class Threads {
  private Threads() {}

  /// Waits until the thread has ended. An interrupt meanwhile is kept for later: whoever stops a
  /// thread that uses native memory must not go on before it has stopped.
  static void join(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
