package io.sketchstream.endtoend;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Waits for a condition, with a deadline, and says what it waited for.
final class Await {
  private static final Duration INTERVAL = Duration.ofMillis(20);

  private Await() {}

  static void until(String what, Duration limit, BooleanSupplier condition) {
    until(what, limit, condition, () -> "");
  }

  /// @param report evidence for the message, collected when the deadline has passed
  static void until(
      String what, Duration limit, BooleanSupplier condition, Supplier<String> report) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("not within " + limit + ": " + what + "\n" + report.get());
      }
      LockSupport.parkNanos(INTERVAL.toNanos());
    }
  }
}
