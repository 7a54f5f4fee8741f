package io.sketchstream.query.index;

import java.time.Duration;

/// When a changed shard is refreshed: at once after a rest, and under load so seldom that refreshes
/// take a fortieth of the time at most, bounded by the longest interval. A few writes alone are no
/// load: for them refreshes may take a quarter of the time. While merges are behind, each refresh
/// would only make one more segment to merge: then it waits longer, unless a search waits.
///
/// **Threads:** the refresher's alone.
final class RefreshPace {
  private static final long INTERVAL_MIN_NANOS = 10_000_000;
  private static final int REST_PER_COST = 40;
  private static final int FEW_REST_PER_COST = 4;

  /// Writes since the last refresh that are still few. More come together only if they come faster
  /// than one at a time, each after the one before can be found.
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
  /// @param behind whether there are more segments than merges have coped with
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
