package io.sketchstream.embed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelState;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class HeadwayTest {
  private static final int NEAR_END = 32;

  private long nanos = Long.MAX_VALUE - 5; // The clock of a JVM may overflow.
  private final Headway headway = new Headway(NEAR_END, () -> nanos);

  @Test
  void isNotOverdueWhileItGains() {
    for (long lag = 10_000; lag > 0; lag -= 100) {
      after(lag);
      assertFalse(headway.isOverdue(), "lag " + lag);
    }
  }

  @Test
  void isOverdueUntilItIsFurtherThanEver() {
    after(1000);
    after(1000);
    assertTrue(headway.isOverdue());
    after(1200);
    assertTrue(headway.isOverdue());
    after(1000);
    assertTrue(headway.isOverdue());
    after(999);
    assertFalse(headway.isOverdue());
    after(1001);
    assertTrue(headway.isOverdue());
  }

  @Test
  void looksAtWholeWindows() {
    after(1000);
    nanos += TimeUnit.SECONDS.toNanos(1);
    headway.saw(2000, false);
    assertFalse(headway.isOverdue());
  }

  @Test
  void hasNoMoreToGainAtTheEnd() {
    after(0);
    after(NEAR_END);
    assertFalse(headway.isOverdue());
    after(NEAR_END + 1);
    assertTrue(headway.isOverdue());
  }

  @Test
  void isNotOverdueByWhatItMayNotTake() {
    after(1000);
    after(1000);
    headway.saw(1000, true);
    assertFalse(headway.isOverdue());
    nanos += TimeUnit.HOURS.toNanos(1);
    headway.saw(50_000, true);
    after(49_000);
    assertFalse(headway.isOverdue());
  }

  @Test
  void decidesWhatABackfillGoesWith() {
    ModelChanged filling = ModelChanged.newBuilder().setState(ModelState.BACKFILLING).build();
    ModelChanged served = ModelChanged.newBuilder().setState(ModelState.ACTIVE).build();
    assertEquals(Priority.BACKFILL_IMAGE, Priority.ofImages(filling, headway));
    after(1000);
    after(1000);
    assertEquals(Priority.OVERDUE_IMAGE, Priority.ofImages(filling, headway));
    assertEquals(Priority.LIVE_IMAGE, Priority.ofImages(served, headway));
  }

  private void after(long lag) {
    nanos += TimeUnit.SECONDS.toNanos(6);
    headway.saw(lag, false);
  }
}
