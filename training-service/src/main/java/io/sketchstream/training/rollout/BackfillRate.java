package io.sketchstream.training.rollout;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/// The rate of a backfill over the last half minute.
final class BackfillRate {
  private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final double NANOS_PER_SECOND = 1e9;

  private record Sample(long nanos, long left) {}

  private final Deque<Sample> samples = new ArrayDeque<>();

  void add(long nanos, long left) {
    samples.add(new Sample(nanos, left));
    while (samples.size() > 2 && nanos - samples.getFirst().nanos() > WINDOW_NANOS) {
      samples.removeFirst();
    }
  }

  /// Starts over.
  void clear() {
    samples.clear();
  }

  double perSecond() {
    if (samples.size() < 2) {
      return 0;
    }
    Sample first = samples.getFirst();
    Sample last = samples.getLast();
    double seconds = (last.nanos() - first.nanos()) / NANOS_PER_SECOND;
    return seconds <= 0 ? 0 : Math.max(0, first.left() - last.left()) / seconds;
  }

  /// Empty while there is no progress.
  OptionalLong secondsLeft() {
    double perSecond = perSecond();
    return perSecond == 0
        ? OptionalLong.empty()
        : OptionalLong.of((long) Math.ceil(samples.getLast().left() / perSecond));
  }
}
