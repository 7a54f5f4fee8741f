package io.sketchstream.shell.admission;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SlowBodiesTest {
  private final SlowBodies slow = new SlowBodies(1000, Duration.ofSeconds(5));

  @Test
  void endsBodiesBelowTheMinimumRateAfterTheGrace() {
    assertFalse(slow.isTooSlow(0, Duration.ofSeconds(5).toNanos()));
    assertTrue(slow.isTooSlow(0, Duration.ofMillis(5100).toNanos()));
    assertFalse(slow.isTooSlow(1000, Duration.ofSeconds(6).toNanos()));
    assertTrue(slow.isTooSlow(999, Duration.ofSeconds(6).toNanos()));
  }
}
