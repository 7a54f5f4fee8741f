package io.sketchstream.training.rollout;

import java.util.NavigableMap;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;

/// Counts the answers of the last hour and the errors among them, by second.
///
/// **Threads:** one adds, any asks.
final class ErrorWindow {
  private static final long KEPT_SECONDS = TimeUnit.HOURS.toSeconds(1);
  private static final long ANSWERS_MIN = 20;

  private final NavigableMap<Long, Second> seconds = new ConcurrentSkipListMap<>();

  private record Second(long answers, long errors) {}

  void add(long millis, boolean error) {
    long second = TimeUnit.MILLISECONDS.toSeconds(millis);
    seconds.merge(
        second,
        new Second(1, error ? 1 : 0),
        (a, b) -> new Second(a.answers() + b.answers(), a.errors() + b.errors()));
    seconds.headMap(second - KEPT_SECONDS).clear();
  }

  /// @return empty when there were too few answers
  OptionalDouble share(long fromMillis, long toMillis) {
    long answers = 0;
    long errors = 0;
    for (Second second :
        seconds
            .subMap(
                TimeUnit.MILLISECONDS.toSeconds(fromMillis),
                TimeUnit.MILLISECONDS.toSeconds(toMillis))
            .values()) {
      answers += second.answers();
      errors += second.errors();
    }
    return answers < ANSWERS_MIN
        ? OptionalDouble.empty()
        : OptionalDouble.of((double) errors / answers);
  }
}
