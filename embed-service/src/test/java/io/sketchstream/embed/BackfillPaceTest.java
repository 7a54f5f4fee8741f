package io.sketchstream.embed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelState;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class BackfillPaceTest {
  private static final int PER_SECOND = 20;

  private long nanos = Long.MAX_VALUE - 5; // The clock of a JVM may overflow.
  private ModelChanged model = ModelChanged.newBuilder().setState(ModelState.BACKFILLING).build();
  private final BackfillPace pace = new BackfillPace(() -> model, PER_SECOND, () -> nanos);

  @Test
  void takesNoMoreThanAllowed() {
    int taken = 0;
    for (int millis = 0; millis < 10_000; millis++) {
      if (pace.isOpen()) {
        pace.took(7);
        taken += 7;
      }
      nanos += TimeUnit.MILLISECONDS.toNanos(1);
    }
    assertEquals(10 * PER_SECOND, taken, 7);
  }

  @Test
  void savesNothingUp() {
    nanos += TimeUnit.HOURS.toNanos(1);
    assertTrue(pace.isOpen());
    pace.took(1);
    assertFalse(pace.isOpen());
  }

  @Test
  void isOpenToWhatIsServed() {
    pace.took(1000);
    assertFalse(pace.isOpen());
    model = model.toBuilder().setState(ModelState.ACTIVE).build();
    assertTrue(pace.isOpen());
  }

  @Test
  void isClosedWhilePaused() {
    BackfillPace unlimited = new BackfillPace(() -> model, 0, () -> nanos);
    assertTrue(unlimited.isOpen());
    model = model.toBuilder().setPaused(true).build();
    assertFalse(unlimited.isOpen());
  }
}
