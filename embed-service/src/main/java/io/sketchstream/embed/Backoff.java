package io.sketchstream.embed;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Waits between attempts, twice as long each time up to a bound, and not at all once stopped.
///
/// **Threads:** [#stop] and [#isStopped] any; the rest only the one that tries.
final class Backoff {
  private final Duration first;
  private final Duration max;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private Duration next;

  Backoff(Duration first, Duration max) {
    this.first = first;
    this.max = max;
    this.next = first;
  }

  /// All is well again: the next wait is a short one.
  void reset() {
    next = first;
  }

  void await() {
    try {
      // The latch decides, an interrupt only ends the wait.
      boolean ended = stopped.await(next.toMillis(), TimeUnit.MILLISECONDS);
      next = ended || next.compareTo(max.dividedBy(2)) > 0 ? max : next.multipliedBy(2);
    } catch (InterruptedException e) {
      stop();
      Thread.currentThread().interrupt();
    }
  }

  void stop() {
    stopped.countDown();
  }

  boolean isStopped() {
    return stopped.getCount() == 0;
  }
}
