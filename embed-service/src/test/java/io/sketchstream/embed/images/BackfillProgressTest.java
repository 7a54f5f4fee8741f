package io.sketchstream.embed.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.embed.device.Priority;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelState;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class BackfillProgressTest {
  private static final int NEAR_END = 32;
  private static final ModelChanged FILLING =
      ModelChanged.newBuilder().setState(ModelState.BACKFILLING).build();

  private long nanos = Long.MAX_VALUE - 5; // The clock of a JVM may overflow.
  private final BackfillProgress progress = new BackfillProgress(NEAR_END, () -> nanos);

  @Test
  void isNotOverdueWhileTheLagShrinks() {
    for (long lag = 10_000; lag > 0; lag -= 100) {
      after(lag);
      assertFalse(isOverdue(), "lag " + lag);
    }
  }

  @Test
  void isOverdueUntilItsLagIsSmallerThanEver() {
    after(1000);
    after(1000);
    assertTrue(isOverdue());
    after(1200);
    assertTrue(isOverdue());
    after(1000);
    assertTrue(isOverdue());
    after(999);
    assertFalse(isOverdue());
    after(1001);
    assertTrue(isOverdue());
  }

  @Test
  void comparesWholeWindows() {
    after(1000);
    nanos += TimeUnit.SECONDS.toNanos(1);
    progress.observe(2000, false);
    assertFalse(isOverdue());
  }

  @Test
  void isNotOverdueNearTheEnd() {
    after(0);
    after(NEAR_END);
    assertFalse(isOverdue());
    after(NEAR_END + 1);
    assertTrue(isOverdue());
  }

  @Test
  void isNotOverdueWhilePaused() {
    after(1000);
    after(1000);
    progress.observe(1000, true);
    assertFalse(isOverdue());
    nanos += TimeUnit.HOURS.toNanos(1);
    progress.observe(50_000, true);
    after(49_000);
    assertFalse(isOverdue());
  }

  @Test
  void decidesThePriorityOfABackfill() {
    ModelChanged served = ModelChanged.newBuilder().setState(ModelState.ACTIVE).build();
    assertEquals(Priority.BACKFILL_IMAGE, progress.priority(FILLING));
    after(1000);
    after(1000);
    assertEquals(Priority.OVERDUE_IMAGE, progress.priority(FILLING));
    assertEquals(Priority.LIVE_IMAGE, progress.priority(served));
  }

  private boolean isOverdue() {
    return progress.priority(FILLING) == Priority.OVERDUE_IMAGE;
  }

  private void after(long lag) {
    nanos += TimeUnit.SECONDS.toNanos(6);
    progress.observe(lag, false);
  }
}
