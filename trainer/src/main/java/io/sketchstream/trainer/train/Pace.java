package io.sketchstream.trainer.train;

import java.time.Duration;
import java.util.function.LongSupplier;

/// Says when something is due that costs too much to do in each iteration. **Threads:** one.
final class Pace {
  private final long everyNanos;
  private final LongSupplier clock;
  private long doneNanos;

  /// Begins to wait.
  ///
  /// @param every time from the end of one to the beginning of the next; zero for never
  /// @param clock nanoseconds from any origin
  Pace(Duration every, LongSupplier clock) {
    this.everyNanos = every.toNanos();
    this.clock = clock;
    this.doneNanos = clock.getAsLong();
  }

  boolean isDue() {
    return everyNanos > 0 && clock.getAsLong() - doneNanos >= everyNanos;
  }

  /// It was done; waits again.
  void done() {
    doneNanos = clock.getAsLong();
  }
}
