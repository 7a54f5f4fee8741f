package io.sketchstream.shell.progress;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class RateWindowTest {
  private final RateWindow rate = new RateWindow(Duration.ofSeconds(30));

  @Test
  void estimatesTheEndAtTheRecentRate() {
    for (int second = 0; second <= 100; second++) {
      // Fast at first, then 5 a second.
      rate.add(
          TimeUnit.SECONDS.toNanos(second), second < 50 ? 90 * second - 5000 : 5 * second - 750);
    }
    assertEquals(5, rate.perSecond(), 1e-9);
    assertEquals(OptionalLong.of(50), Backfill.of(1000, 250, 0, rate.perSecond()).etaSeconds());
  }

  @Test
  void estimatesNothingWithoutProgress() {
    assertEquals(0, rate.perSecond());
    rate.add(0, 10);
    rate.add(0, 11);
    assertEquals(0, rate.perSecond());
    rate.add(TimeUnit.SECONDS.toNanos(1), 11);
    rate.clear();
    rate.add(TimeUnit.SECONDS.toNanos(2), 12);
    assertEquals(0, rate.perSecond());
    assertEquals(OptionalLong.empty(), Backfill.of(1000, 250, 0, rate.perSecond()).etaSeconds());
  }
}
