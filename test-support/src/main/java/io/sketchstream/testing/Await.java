package io.sketchstream.testing;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/// Waits until a condition holds, with a deadline, and says what it waited for.
///
/// **Threads:** the condition is called by the waiting thread.
public final class Await {
  private static final Duration LIMIT = Duration.ofSeconds(120);
  private static final Duration INTERVAL = Duration.ofMillis(10);

  private Await() {}

  /// Waits up to two minutes.
  public static void until(String what, Callable<Boolean> condition) {
    until(what, LIMIT, condition);
  }

  public static void until(String what, Duration limit, Callable<Boolean> condition) {
    until(what, limit, condition, () -> "");
  }

  /// @param report evidence for the message, collected when the deadline has passed
  /// @throws AssertionError when the condition does not hold in time
  public static void until(
      String what, Duration limit, Callable<Boolean> condition, Supplier<String> report) {
    try {
      Awaitility.await(what)
          .pollInSameThread()
          .pollDelay(Duration.ZERO)
          .pollInterval(INTERVAL)
          .atMost(limit)
          .dontCatchUncaughtExceptions() // Some tests kill threads on purpose.
          .until(condition);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError("not within " + limit + ": " + what + "\n" + report.get(), e);
    }
  }
}
