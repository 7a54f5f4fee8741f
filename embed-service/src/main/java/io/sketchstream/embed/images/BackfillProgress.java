package io.sketchstream.embed.images;

import io.sketchstream.embed.device.Priority;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelState;
import java.time.Duration;
import java.util.function.LongSupplier;

/// Whether a backfill gets closer to the end of `images`. It uses the CPU time that others leave.
/// On a machine that is busy for long, this may be less than new images need, so it would never
/// end. It is then overdue until its lag is smaller than ever before.
///
/// **Threads:** the one that polls calls [#observe]; any may ask.
final class BackfillProgress {
  private static final Duration WINDOW = Duration.ofSeconds(5);

  private final int nearEnd;
  private final LongSupplier nanoClock;
  private long least = Long.MAX_VALUE;
  private long windowEndNanos;
  private volatile boolean overdue;

  /// @param nearEnd lag that counts as zero
  /// @param nanoClock such as [System#nanoTime]
  BackfillProgress(int nearEnd, LongSupplier nanoClock) {
    this.nearEnd = nearEnd;
    this.nanoClock = nanoClock;
    this.windowEndNanos = nanoClock.getAsLong() + WINDOW.toNanos();
  }

  /// @param lag images that are yet to be embedded
  /// @param paused whether no images may be taken
  void observe(long lag, boolean paused) {
    if (paused) {
      least = Long.MAX_VALUE;
      overdue = false;
    }
    if (nanoClock.getAsLong() - windowEndNanos >= 0) {
      overdue = !paused && lag > nearEnd && lag >= least;
      least = Math.min(least, lag);
      windowEndNanos = nanoClock.getAsLong() + WINDOW.toNanos();
    }
  }

  /// The priority of the images of a generation: generations that are searched, or may be at any
  /// moment, come first.
  Priority priority(ModelChanged model) {
    if (model.getState() == ModelState.ACTIVE || model.getState() == ModelState.STANDBY) {
      return Priority.LIVE_IMAGE;
    }
    return overdue ? Priority.OVERDUE_IMAGE : Priority.BACKFILL_IMAGE;
  }
}
