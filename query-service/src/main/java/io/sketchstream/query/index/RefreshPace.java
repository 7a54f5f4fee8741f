package io.sketchstream.query.index;

import java.time.Duration;

/// When a changed shard is refreshed: at once after a rest, and under load so seldom that refreshes
/// take a fortieth of the time at most, bounded by the longest interval. While merges are behind,
/// each refresh would only make one more segment to merge: then it waits longer, unless a search
/// waits.
///
/// **Threads:** the refresher's alone.
final class RefreshPace {
  private static final long INTERVAL_MIN_NANOS = 10_000_000;
  private static final int REST_PER_COST = 40;
  private static final int BEHIND_FACTOR = 20;

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
  /// @param behind whether there are more segments than merges have coped with
  long delayNanos(long nowNanos, boolean awaited, boolean behind) {
    long usual = behind ? BEHIND_FACTOR * intervalMaxNanos : intervalNanos;
    return lastStartNanos + (awaited ? INTERVAL_MIN_NANOS : usual) - nowNanos;
  }
}
