package io.sketchstream.query.index;

import java.time.Duration;

/// When a changed shard is refreshed: at once after a pause, and under load so rarely that
/// refreshes take at most a fortieth of the time, bounded by the longest interval. A few writes are
/// no load: for them, refreshes may take a quarter of the time. While merges are behind, each
/// refresh would only create one more segment to merge; then it waits longer, unless a search waits
/// for it.
///
/// **Threads:** the refresher's alone.
final class RefreshPace {
  private static final long INTERVAL_MIN_NANOS = 10_000_000;
  private static final int REST_PER_COST = 40;
  private static final int FEW_REST_PER_COST = 4;

  /// Up to this many writes since the last refresh count as few. A client that writes one image
  /// after the other, each after the previous one can be found, never exceeds it.
  private static final int FEW = 2;

  private static final int BEHIND_FACTOR = 20;

  private final long intervalMaxNanos;
  private long lastStartNanos;
  private long intervalNanos;
  private long fewIntervalNanos;

  RefreshPace(Duration intervalMax, long nowNanos) {
    this.intervalMaxNanos = Math.max(intervalMax.toNanos(), INTERVAL_MIN_NANOS);
    this.lastStartNanos = nowNanos - INTERVAL_MIN_NANOS;
    this.intervalNanos = INTERVAL_MIN_NANOS;
    this.fewIntervalNanos = INTERVAL_MIN_NANOS;
  }

  void refreshed(long startNanos, long endNanos) {
    lastStartNanos = startNanos;
    long cost = endNanos - startNanos;
    intervalNanos = interval(REST_PER_COST * cost);
    fewIntervalNanos = interval(FEW_REST_PER_COST * cost);
  }

  /// How long a refresh must still wait; 0 or less when it is due.
  ///
  /// @param writes since the last refresh
  /// @param awaited whether a search waits for it
  /// @param behind whether merges are behind the number of segments
  long delayNanos(long nowNanos, int writes, boolean awaited, boolean behind) {
    long interval;
    if (awaited) {
      interval = INTERVAL_MIN_NANOS;
    } else if (behind) {
      interval = BEHIND_FACTOR * intervalMaxNanos;
    } else {
      interval = writes <= FEW ? fewIntervalNanos : intervalNanos;
    }
    return lastStartNanos + interval - nowNanos;
  }

  private long interval(long nanos) {
    return Math.clamp(nanos, INTERVAL_MIN_NANOS, intervalMaxNanos);
  }
}
