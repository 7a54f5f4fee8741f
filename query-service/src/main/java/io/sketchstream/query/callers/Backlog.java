package io.sketchstream.query.callers;

import java.time.Duration;

/// Estimates how long a search that begins now would take, so that a search that would be late is
/// refused before it queues and delays the others.
///
/// By Little's law, the time in a system is the number of items in it times the time between two
/// departures. That holds whether the system is idle, busy or stuck, so nothing about its capacity
/// needs to be known.
///
/// **Threads:** any.
final class Backlog {
  /// This many are always allowed: with fewer, the average means little.
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

  /// Whether one more search would be answered within three quarters of its time left.
  synchronized boolean takes(Duration timeLeft) {
    return count < COUNT_MIN || (count + 1) * nanosBetween <= 0.75 * timeLeft.toNanos();
  }
}
