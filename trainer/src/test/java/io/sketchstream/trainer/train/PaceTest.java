package io.sketchstream.trainer.train;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class PaceTest {
  private final AtomicLong nanos = new AtomicLong(-5);

  @Test
  void isDueAfterItsTimeAndAgainAfterAsMuch() {
    Pace pace = new Pace(Duration.ofSeconds(30), nanos::get);
    pass(Duration.ofSeconds(29));
    assertFalse(pace.isDue());
    pass(Duration.ofSeconds(1));
    assertTrue(pace.isDue());
    pass(Duration.ofSeconds(9)); // It took so long to do.
    pace.done();
    pass(Duration.ofSeconds(29));
    assertFalse(pace.isDue());
    pass(Duration.ofSeconds(1));
    assertTrue(pace.isDue());
  }

  @Test
  void isNeverDueWithoutATime() {
    Pace pace = new Pace(Duration.ZERO, nanos::get);
    pass(Duration.ofDays(1));
    assertFalse(pace.isDue());
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }
}
