package io.sketchstream.query.fanout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class PeerHealthTest {
  private long now;

  /// A process that is replaced has another address.
  @Test
  void forgetsProcessesThatAreGone() {
    PeerHealth health = new PeerHealth(() -> now);
    for (int i = 0; i < 1_000; i++) {
      health.failed("10.0.0." + i);
      assertTrue(health.suspect("10.0.0." + i));
      now += TimeUnit.SECONDS.toNanos(1);
    }
    assertFalse(health.suspect("10.0.0.0"));
    assertEquals(2, health.size());
  }
}
