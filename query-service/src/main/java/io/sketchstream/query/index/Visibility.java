package io.sketchstream.query.index;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// How far in `images` the searches of a shard see, and who waits for more.
///
/// **Threads:** the refresher advances it, any may wait.
final class Visibility {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final AtomicInteger waiting = new AtomicInteger();
  // Written under the lock.
  private volatile long imagesOffset;
  private volatile boolean closed;

  Visibility(long imagesOffset) {
    this.imagesOffset = imagesOffset;
  }

  long imagesOffset() {
    return imagesOffset;
  }

  /// Whether anybody waits.
  boolean awaited() {
    return waiting.get() > 0;
  }

  /// @param hurry told when there is something to wait for
  /// @return whether searches see as far; false when the time is over or the shard was closed
  boolean await(long wanted, long timeoutNanos, Runnable hurry) throws InterruptedException {
    if (imagesOffset >= wanted) {
      return true;
    }
    waiting.incrementAndGet();
    hurry.run();
    lock.lock();
    try {
      long left = timeoutNanos;
      while (!closed && imagesOffset < wanted && left > 0) {
        left = changed.awaitNanos(left);
      }
      return imagesOffset >= wanted;
    } finally {
      lock.unlock();
      waiting.decrementAndGet();
    }
  }

  void advance(long reached) {
    lock.lock();
    try {
      imagesOffset = Math.max(imagesOffset, reached);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Sends everybody who waits away.
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
