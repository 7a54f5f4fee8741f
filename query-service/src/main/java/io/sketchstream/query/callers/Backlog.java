package io.sketchstream.query.callers;

import java.time.Duration;

/// Says how long a search would take that begins now, so that one that would be late is refused
/// before it queues, and does not cost those that would not.
///
/// By Little's law the time in a system is the number in it times the time between two that leave
/// it. That holds whether the system is idle, busy or stuck, so nothing about its capacity needs to
/// be known.
///
/// **Threads:** any.
final class Backlog {
  /// As many may always be there: of fewer, the average says little.
  private static final int COUNT_MIN = 8;

  private static final double WEIGHT = 0.05;

  private int count;
  private long lastLeftNanos;
  private double nanosBetween;

  synchronized void entered() {
    count++;
  }

  /// @param nowNanos as [System#nanoTime]
  synchronized void left(long nowNanos) {
    count--;
    if (lastLeftNanos != 0) {
      nanosBetween += WEIGHT * (nowNanos - lastLeftNanos - nanosBetween);
    }
    lastLeftNanos = count == 0 ? 0 : nowNanos; // Idle time is none between two of them.
  }

  /// Whether one more would have its answer within three quarters of the time it has.
  synchronized boolean takes(Duration timeLeft) {
    return count < COUNT_MIN || (count + 1) * nanosBetween <= 0.75 * timeLeft.toNanos();
  }
}
