package io.sketchstream.embed;

import java.time.Duration;
import java.util.function.LongSupplier;

/// Whether a generation that catches up gains on the images that keep coming. What only takes what
/// others leave may be left less than that, on a machine that is busy for long, and would never get
/// to the end: it is overdue then, until it is further than it ever was.
///
/// **Threads:** the one that polls tells [#saw]; any may ask [#isOverdue].
final class Headway {
  private static final Duration WINDOW = Duration.ofSeconds(5);

  private final int nearEnd;
  private final LongSupplier nanoClock;
  private long least = Long.MAX_VALUE;
  private long windowEndNanos;
  private volatile boolean overdue;

  /// @param nearEnd a lag of so many images is as good as none
  /// @param nanoClock such as [System#nanoTime]
  Headway(int nearEnd, LongSupplier nanoClock) {
    this.nearEnd = nearEnd;
    this.nanoClock = nanoClock;
    this.windowEndNanos = nanoClock.getAsLong() + WINDOW.toNanos();
  }

  /// @param lag images that are yet to be embedded
  /// @param held whether that is so because nothing may be taken
  void saw(long lag, boolean held) {
    if (held) {
      least = Long.MAX_VALUE;
      overdue = false;
    }
    if (nanoClock.getAsLong() - windowEndNanos >= 0) {
      overdue = !held && lag > nearEnd && lag >= least;
      least = Math.min(least, lag);
      windowEndNanos = nanoClock.getAsLong() + WINDOW.toNanos();
    }
  }

  boolean isOverdue() {
    return overdue;
  }
}
