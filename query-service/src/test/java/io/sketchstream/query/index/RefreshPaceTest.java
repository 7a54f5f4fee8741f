package io.sketchstream.query.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class RefreshPaceTest {
  private static final long MILLI = 1_000_000;
  private final RefreshPace pace = new RefreshPace(Duration.ofMillis(250), 0);

  @Test
  void isDueAtOnceAfterARest() {
    assertTrue(pace.delayNanos(0, false, false) <= 0);
    pace.refreshed(0, 20 * MILLI);
    assertTrue(pace.delayNanos(1000 * MILLI, false, false) <= 0);
  }

  @Test
  void takesAFortiethOfTheTimeUnderLoad() {
    pace.refreshed(0, 5 * MILLI);
    assertEquals(200 * MILLI, pace.delayNanos(0, false, false));
  }

  @Test
  void isBoundedWhateverARefreshCosts() {
    pace.refreshed(0, 900 * MILLI);
    assertEquals(250 * MILLI, pace.delayNanos(0, false, false));
  }

  @Test
  void hurriesWhenASearchWaits() {
    pace.refreshed(0, 20 * MILLI);
    assertEquals(10 * MILLI, pace.delayNanos(0, true, false));
  }

  @Test
  void waitsLongerWhileMergesAreBehindUnlessASearchWaits() {
    pace.refreshed(0, 5 * MILLI);
    assertEquals(5000 * MILLI, pace.delayNanos(0, false, true));
    assertEquals(10 * MILLI, pace.delayNanos(0, true, true));
  }
}
