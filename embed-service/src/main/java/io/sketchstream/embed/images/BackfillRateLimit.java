package io.sketchstream.embed.images;

import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelState;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Limits how fast a backfill takes images: none while it is paused, else a maximum per second.
/// Other generations have no limit.
///
/// **Threads:** only the one that polls.
final class BackfillRateLimit {
  private static final double NANOS_PER_SECOND = 1e9;

  private final Supplier<ModelChanged> model;
  private final int perSecondMax;
  private final LongSupplier nanoClock;
  private long nextNanos;

  /// @param perSecondMax 0 for no limit
  /// @param nanoClock such as [System#nanoTime]
  BackfillRateLimit(Supplier<ModelChanged> model, int perSecondMax, LongSupplier nanoClock) {
    this.model = model;
    this.perSecondMax = perSecondMax;
    this.nanoClock = nanoClock;
    this.nextNanos = nanoClock.getAsLong();
  }

  /// Whether images may be taken now.
  boolean permits() {
    ModelChanged now = model.get();
    if (now.getState() != ModelState.BACKFILLING) {
      return true;
    }
    return !now.getPaused() && (perSecondMax == 0 || nanoClock.getAsLong() - nextNanos >= 0);
  }

  /// Images were taken. An unused share of the rate is not saved up.
  void took(int count) {
    if (perSecondMax > 0 && model.get().getState() == ModelState.BACKFILLING) {
      long now = nanoClock.getAsLong();
      long from = now - nextNanos > 0 ? now : nextNanos;
      nextNanos = from + (long) (count * NANOS_PER_SECOND / perSecondMax);
    }
  }
}
