package io.sketchstream.query.index;

import io.sketchstream.shell.worker.Worker;
import io.sketchstream.shell.worker.Workers;
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
  private Worker worker;
  private boolean awake;

  /// Starts the thread.
  public static Refresher start(Workers workers) {
    Refresher refresher = new Refresher();
    refresher.worker = workers.start("query-refresher", refresher::run);
    return refresher;
  }

  private Refresher() {}

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
    worker.stop();
    wake();
    worker.close();
  }

  private void run(Worker running) throws InterruptedException {
    while (!running.isStopping()) {
      long restNanos = IDLE_NANOS;
      for (ShardView shard : shards) {
        restNanos = Math.min(restNanos, shard.refreshWhenDue());
      }
      running.roundDone();
      rest(restNanos);
    }
  }

  private void rest(long nanos) throws InterruptedException {
    lock.lock();
    try {
      if (!awake && nanos > 0) {
        long _ = woken.awaitNanos(nanos);
      }
      awake = false;
    } finally {
      lock.unlock();
    }
  }
}
