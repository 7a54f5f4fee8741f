package io.sketchstream.ingest.gallery;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// How far the directory has applied each partition of `images`, and a place to wait for it.
///
/// **Threads:** any; the directory's Kafka Streams thread advances, callers wait.
class AppliedPositions {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition advanced = lock.newCondition();
  private final Map<Integer, Long> ends = new HashMap<>();
  private int waiting;

  /// Everything before this offset is applied. Never goes back.
  void advance(int partition, long end) {
    lock.lock();
    try {
      ends.merge(partition, end, Math::max);
      if (waiting > 0) {
        advanced.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /// Whether the record at an offset is applied.
  boolean includes(int partition, long offset) {
    lock.lock();
    try {
      return ends.getOrDefault(partition, 0L) > offset;
    } finally {
      lock.unlock();
    }
  }

  /// Waits until everything before these offsets is applied.
  ///
  /// @return false when it was not within the time given
  boolean await(Map<Integer, Long> wanted, Duration timeout) throws InterruptedException {
    long nanos = timeout.toNanos();
    lock.lock();
    waiting++;
    try {
      while (!covers(wanted)) {
        if (nanos <= 0) {
          return false;
        }
        nanos = advanced.awaitNanos(nanos);
      }
      return true;
    } finally {
      waiting--;
      lock.unlock();
    }
  }

  private boolean covers(Map<Integer, Long> wanted) {
    return wanted.entrySet().stream()
        .allMatch(end -> ends.getOrDefault(end.getKey(), 0L) >= end.getValue());
  }
}
