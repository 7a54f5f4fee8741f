package io.sketchstream.embed;

import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelState;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// How fast a generation may be fed: not at all while it is paused, at most so many images a second
/// while it catches up, as fast as it goes once it is served.
///
/// **Threads:** only the one that polls.
final class BackfillPace {
  private static final double NANOS_PER_SECOND = 1e9;

  private final Supplier<ModelChanged> model;
  private final int perSecondMax;
  private final LongSupplier nanoClock;
  private long nextNanos;

  /// @param perSecondMax 0 for no limit
  /// @param nanoClock such as [System#nanoTime]
  BackfillPace(Supplier<ModelChanged> model, int perSecondMax, LongSupplier nanoClock) {
    this.model = model;
    this.perSecondMax = perSecondMax;
    this.nanoClock = nanoClock;
    this.nextNanos = nanoClock.getAsLong();
  }

  /// Whether more images may be taken now.
  boolean isOpen() {
    ModelChanged now = model.get();
    if (now.getState() != ModelState.BACKFILLING) {
      return true;
    }
    return !now.getPaused() && (perSecondMax == 0 || nanoClock.getAsLong() - nextNanos >= 0);
  }

  /// Images were taken: the next ones have to wait until these are paid for.
  void took(int count) {
    if (perSecondMax > 0 && model.get().getState() == ModelState.BACKFILLING) {
      long now = nanoClock.getAsLong();
      long from = now - nextNanos > 0 ? now : nextNanos; // What was not used is not saved up.
      nextNanos = from + (long) (count * NANOS_PER_SECOND / perSecondMax);
    }
  }
}
