package io.sketchstream.shell.worker;

import java.time.Duration;

/// How a worker is supervised.
///
/// @param name of its thread, and of the worker in health and metrics
/// @param backoff wait before the first restart; doubled with each further failure
/// @param backoffMax longest wait before a restart. After running this long a worker counts as
///   recovered: the next failure is a first one again
/// @param silenceMax how long a round may take before liveness is down
public record WorkerOptions(
    String name, Duration backoff, Duration backoffMax, Duration silenceMax) {
  private static final Duration BACKOFF = Duration.ofMillis(500);
  private static final Duration BACKOFF_MAX = Duration.ofSeconds(30);
  private static final Duration SILENCE_MAX = Duration.ofMinutes(10);

  /// @throws IllegalArgumentException when the name is blank or a duration is not positive
  public WorkerOptions {
    if (name.isBlank() || !isPositive(backoff) || !isPositive(backoffMax)) {
      throw new IllegalArgumentException("worker '" + name + "' needs a name and a backoff");
    }
    if (!isPositive(silenceMax)) {
      throw new IllegalArgumentException("worker '" + name + "' needs a bound of its rounds");
    }
  }

  /// The usual waits: 500 ms up to 30 s; a round may take 10 minutes.
  public static WorkerOptions of(String name) {
    return new WorkerOptions(name, BACKOFF, BACKOFF_MAX, SILENCE_MAX);
  }

  /// A copy with other waits between restarts.
  public WorkerOptions withBackoff(Duration first, Duration max) {
    return new WorkerOptions(name, first, max, silenceMax);
  }

  /// A copy with another bound of a round.
  public WorkerOptions withSilenceMax(Duration max) {
    return new WorkerOptions(name, backoff, backoffMax, max);
  }

  private static boolean isPositive(Duration duration) {
    return duration.compareTo(Duration.ZERO) > 0;
  }
}
