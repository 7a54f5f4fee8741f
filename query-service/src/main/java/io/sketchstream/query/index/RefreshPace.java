package io.sketchstream.query.index;

import java.time.Duration;

/// When a changed shard is refreshed: at once after a rest, and under load so seldom that refreshes
/// take a tenth of the time at most, bounded by the longest interval.
///
/// **Threads:** the refresher's alone.
final class RefreshPace {
  private static final long INTERVAL_MIN_NANOS = 10_000_000;
  private static final int REST_PER_COST = 10;

  private final long intervalMaxNanos;
  private long lastStartNanos;
  private long intervalNanos;

  RefreshPace(Duration intervalMax, long nowNanos) {
    this.intervalMaxNanos = Math.max(intervalMax.toNanos(), INTERVAL_MIN_NANOS);
    this.lastStartNanos = nowNanos - INTERVAL_MIN_NANOS;
    this.intervalNanos = INTERVAL_MIN_NANOS;
  }

  void refreshed(long startNanos, long endNanos) {
    lastStartNanos = startNanos;
    intervalNanos =
        Math.clamp(REST_PER_COST * (endNanos - startNanos), INTERVAL_MIN_NANOS, intervalMaxNanos);
  }

  /// How long a refresh must still wait; 0 or less when it is due.
  ///
  /// @param awaited whether a search waits for it
  long delayNanos(long nowNanos, boolean awaited) {
    return lastStartNanos + (awaited ? INTERVAL_MIN_NANOS : intervalNanos) - nowNanos;
  }
}
