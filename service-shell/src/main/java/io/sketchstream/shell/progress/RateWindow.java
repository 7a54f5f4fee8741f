package io.sketchstream.shell.progress;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/// How fast a count grows, over the last seconds.
///
/// **Threads:** one.
public final class RateWindow {
  private static final Duration LAST_SECONDS = Duration.ofSeconds(5);

  private record Sample(long nanos, long count) {}

  private final Deque<Sample> samples = new ArrayDeque<>();
  private final long windowNanos;

  /// Over five seconds.
  public RateWindow() {
    this(LAST_SECONDS);
  }

  /// @param window how long it looks back
  public RateWindow(Duration window) {
    this.windowNanos = window.toNanos();
  }

  /// A count that falls, as when the active generation changes, starts again.
  public void add(long nanos, long count) {
    if (!samples.isEmpty() && samples.getLast().count() > count) {
      samples.clear();
    }
    samples.add(new Sample(nanos, count));
    while (samples.size() > 2 && nanos - samples.getFirst().nanos() > windowNanos) {
      samples.removeFirst();
    }
  }

  /// Starts over.
  public void clear() {
    samples.clear();
  }

  /// To a tenth; 0 while it is not known.
  public double perSecond() {
    if (samples.size() < 2) {
      return 0;
    }
    double seconds = (samples.getLast().nanos() - samples.getFirst().nanos()) / 1e9;
    if (seconds <= 0) {
      return 0;
    }
    double rate = (samples.getLast().count() - samples.getFirst().count()) / seconds;
    return Math.round(rate * 10) / 10.0;
  }
}
