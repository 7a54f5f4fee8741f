package io.sketchstream.query.callers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;

final class BacklogTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final long MILLI = 1_000_000;

  private final Backlog backlog = new Backlog();

  @Test
  void alwaysAdmitsAFew() {
    for (int i = 0; i < 8; i++) {
      assertTrue(backlog.takes(Duration.ofMillis(1)));
      backlog.entered();
    }
  }

  /// One server that takes 20 ms for each search is asked ten times as often as that.
  @Test
  void answersNearlyAllAdmittedInTimeAtTenTimesTheLoad() {
    Deque<Long> queue = new ArrayDeque<>();
    long end = 60_000;
    long served = 0;
    int inTime = 0;
    int refused = 0;
    for (long now = 1; now < end; now++) {
      if (now % 2 == 0) {
        if (backlog.takes(TIMEOUT)) {
          backlog.entered();
          queue.add(now);
        } else {
          refused++;
        }
      }
      if (now % 20 == 0 && !queue.isEmpty()) {
        inTime += now - queue.remove() <= TIMEOUT.toMillis() ? 1 : 0;
        served++;
        backlog.left(now * MILLI);
      }
    }
    assertTrue(inTime >= 0.99 * served, inTime + " of " + served);
    assertTrue(served > 0.99 * end / 20, served + " served");
    assertTrue(refused > 0.85 * end / 2, refused + " refused");
  }

  @Test
  void refusesNobodyWhileItKeepsUp() {
    for (long now = 1; now < 20_000; now++) {
      if (now % 25 == 0) {
        assertTrue(backlog.takes(TIMEOUT));
        backlog.entered();
        backlog.left((now + 20) * MILLI);
      }
    }
  }

  @Test
  void doesNotTakeAPauseForSlowness() {
    for (int i = 0; i < 100; i++) {
      backlog.entered();
      backlog.left(i * 1_000_000_000_000L + 1);
    }
    for (int i = 0; i < 100; i++) {
      assertTrue(backlog.takes(TIMEOUT), "after " + i);
      backlog.entered();
    }
  }

  @Test
  void admitsOnlyAFewWhileStuck() {
    for (int i = 0; i < 20; i++) {
      backlog.entered();
    }
    for (int i = 1; i <= 10; i++) {
      backlog.left(i * TIMEOUT.toNanos()); // Each at its deadline.
    }
    assertFalse(backlog.takes(TIMEOUT));
    backlog.left(11 * TIMEOUT.toNanos());
    backlog.left(12 * TIMEOUT.toNanos());
    backlog.left(13 * TIMEOUT.toNanos());
    assertEquals(true, backlog.takes(TIMEOUT));
  }
}
