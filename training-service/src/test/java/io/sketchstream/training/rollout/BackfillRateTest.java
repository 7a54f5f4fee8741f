package io.sketchstream.training.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class BackfillRateTest {
  private final BackfillRate rate = new BackfillRate();

  @Test
  void estimatesTheEndAtTheRecentRate() {
    for (int second = 0; second <= 100; second++) {
      // Fast at first, then 5 a second.
      rate.add(
          TimeUnit.SECONDS.toNanos(second), second < 50 ? 5000 - 90 * second : 750 - 5 * second);
    }
    assertEquals(5, rate.perSecond(), 1e-9);
    assertEquals(OptionalLong.of(50), rate.secondsLeft());
  }

  @Test
  void estimatesNothingWithoutProgress() {
    assertEquals(OptionalLong.empty(), rate.secondsLeft());
    rate.add(0, 10);
    rate.add(TimeUnit.SECONDS.toNanos(1), 10);
    assertEquals(OptionalLong.empty(), rate.secondsLeft());
    assertEquals(0, rate.perSecond());
  }
}
