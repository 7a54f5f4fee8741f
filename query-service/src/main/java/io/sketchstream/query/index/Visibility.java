package io.sketchstream.query.index;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The offset of `images` up to which searches of a shard see, and the callers that wait for more.
///
/// **Threads:** the refresher advances it, the writer lets it retreat, any may wait.
final class Visibility {
  private static final AtomicLong RETREATS = new AtomicLong();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final AtomicInteger waiting = new AtomicInteger();
  // Written under the lock.
  private volatile long imagesOffset;
  private volatile long lastRetreat = RETREATS.incrementAndGet();
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

  /// @param hurry notified when there is something to wait for
  /// @return whether searches see as far; false at the timeout or when the shard was closed
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

  /// The number of the last retreat; unique for each copy at first.
  long lastRetreat() {
    return lastRetreat;
  }

  /// Searches see up to this offset, unless it has retreated since the refresh was requested.
  ///
  /// @param since value of [#lastRetreat] before
  void advance(long reached, long since) {
    lock.lock();
    try {
      if (lastRetreat == since) {
        imagesOffset = Math.max(imagesOffset, reached);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /// From now on, searches see no further than this.
  void retreat(long reached) {
    lock.lock();
    try {
      lastRetreat = RETREATS.incrementAndGet();
      imagesOffset = Math.min(imagesOffset, reached);
    } finally {
      lock.unlock();
    }
  }

  /// Ends all waits.
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
