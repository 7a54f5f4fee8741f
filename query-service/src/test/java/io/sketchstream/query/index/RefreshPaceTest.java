package io.sketchstream.query.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class RefreshPaceTest {
  private static final long MILLI = 1_000_000;
  private static final int MANY = 3;

  private final RefreshPace pace = new RefreshPace(Duration.ofMillis(250), 0);

  @Test
  void isDueAtOnceAfterAPause() {
    assertTrue(pace.delayNanos(0, MANY, false, false) <= 0);
    pace.refreshed(0, 20 * MILLI);
    assertTrue(pace.delayNanos(1000 * MILLI, MANY, false, false) <= 0);
  }

  @Test
  void takesAFortiethOfTheTimeUnderLoad() {
    pace.refreshed(0, 5 * MILLI);
    assertEquals(200 * MILLI, pace.delayNanos(0, MANY, false, false));
  }

  @Test
  void takesAQuarterOfTheTimeForAFewWrites() {
    pace.refreshed(0, 5 * MILLI);
    assertEquals(20 * MILLI, pace.delayNanos(0, 1, false, false));
    assertEquals(20 * MILLI, pace.delayNanos(0, 2, false, false));
  }

  @Test
  void isBoundedWhateverARefreshCosts() {
    pace.refreshed(0, 900 * MILLI);
    assertEquals(250 * MILLI, pace.delayNanos(0, MANY, false, false));
  }

  @Test
  void isFasterWhenASearchWaits() {
    pace.refreshed(0, 20 * MILLI);
    assertEquals(10 * MILLI, pace.delayNanos(0, MANY, true, false));
  }

  @Test
  void waitsLongerWhileMergesAreBehindUnlessASearchWaits() {
    pace.refreshed(0, 5 * MILLI);
    assertEquals(5000 * MILLI, pace.delayNanos(0, MANY, false, true));
    assertEquals(10 * MILLI, pace.delayNanos(0, MANY, true, true));
  }
}
