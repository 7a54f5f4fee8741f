package io.sketchstream.query.index;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Makes writes visible: refreshes each changed shard when its [RefreshPace] says so, never on the
/// path of a query.
///
/// **Threads:** owns one, `query-refresher`; [#add], [#remove] and [#wake] may be called by any.
public final class Refresher implements AutoCloseable {
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Set<ShardView> shards = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition woken = lock.newCondition();
  private final Thread thread;
  private boolean awake;
  private volatile boolean closed;

  /// Starts the thread.
  public static Refresher start() {
    Refresher refresher = new Refresher();
    refresher.thread.start();
    return refresher;
  }

  private Refresher() {
    this.thread = Thread.ofPlatform().name("query-refresher").daemon().unstarted(this::run);
  }

  void add(ShardView shard) {
    shards.add(shard);
  }

  void remove(ShardView shard) {
    shards.remove(shard);
  }

  /// Says that a shard has changed, or that a search waits for one.
  void wake() {
    lock.lock();
    try {
      awake = true;
      woken.signal();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    closed = true;
    wake();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (!closed) {
      long restNanos = IDLE_NANOS;
      for (ShardView shard : shards) {
        restNanos = Math.min(restNanos, shard.refreshWhenDue());
      }
      rest(restNanos);
    }
  }

  private void rest(long nanos) {
    lock.lock();
    try {
      if (!awake && nanos > 0) {
        long _ = woken.awaitNanos(nanos);
      }
      awake = false;
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts the refresher", e);
    } finally {
      lock.unlock();
    }
  }
}
