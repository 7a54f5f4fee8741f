package io.sketchstream.embed.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelState;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class BackfillRateLimitTest {
  private static final int PER_SECOND = 20;

  private long nanos = Long.MAX_VALUE - 5; // The clock of a JVM may overflow.
  private ModelChanged model = ModelChanged.newBuilder().setState(ModelState.BACKFILLING).build();
  private final BackfillRateLimit limit =
      new BackfillRateLimit(() -> model, PER_SECOND, () -> nanos);

  @Test
  void permitsNoMoreThanItsRate() {
    int taken = 0;
    for (int millis = 0; millis < 10_000; millis++) {
      if (limit.permits()) {
        limit.took(7);
        taken += 7;
      }
      nanos += TimeUnit.MILLISECONDS.toNanos(1);
    }
    assertEquals(10 * PER_SECOND, taken, 7);
  }

  @Test
  void accumulatesNoUnusedRate() {
    nanos += TimeUnit.HOURS.toNanos(1);
    assertTrue(limit.permits());
    limit.took(1);
    assertFalse(limit.permits());
  }

  @Test
  void doesNotLimitASearchedGeneration() {
    limit.took(1000);
    assertFalse(limit.permits());
    model = model.toBuilder().setState(ModelState.ACTIVE).build();
    assertTrue(limit.permits());
  }

  @Test
  void permitsNothingWhilePaused() {
    BackfillRateLimit unlimited = new BackfillRateLimit(() -> model, 0, () -> nanos);
    assertTrue(unlimited.permits());
    model = model.toBuilder().setPaused(true).build();
    assertFalse(unlimited.permits());
  }
}
