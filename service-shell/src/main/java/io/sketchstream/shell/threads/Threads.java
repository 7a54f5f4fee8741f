package io.sketchstream.shell.threads;

import java.time.Duration;
import java.util.concurrent.ThreadFactory;

/// Names platform threads and waits for their end.
public final class Threads {
  private Threads() {}

  /// Makes platform threads `prefix0`, `prefix1` and so on.
  public static ThreadFactory named(String prefix) {
    return Thread.ofPlatform().name(prefix, 0).factory();
  }

  /// Waits until a thread that was asked to stop has ended. An interrupt meanwhile is kept for
  /// later: whoever stops a thread that uses native memory must not continue before it has ended.
  public static void join(Thread thread) {
    boolean _ = join(thread, Duration.ofNanos(Long.MAX_VALUE));
  }

  /// Waits until a thread that was asked to stop has ended, at most this long.
  ///
  /// @return whether it has ended
  public static boolean join(Thread thread, Duration max) {
    long deadline = System.nanoTime() + max.toNanos();
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        long left = deadline - System.nanoTime();
        ended = thread.join(Duration.ofNanos(Math.max(1, left)));
        if (!ended && left <= 0) {
          break;
        }
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return ended;
  }
}
