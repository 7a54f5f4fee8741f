package io.sketchstream.training.runs;

import io.sketchstream.shell.threads.Niceness;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;

/// Low-priority threads for work that must not disturb the live services. Parallel streams that
/// start on such a thread stay on these threads.
final class BackgroundPool {
  private BackgroundPool() {}

  /// A pool of that many threads. Closing it waits for running tasks.
  static ForkJoinPool pool(String name, int threads, int niceness) {
    return new ForkJoinPool(threads, pool -> new Worker(pool, name, niceness), null, false);
  }

  private static final class Worker extends ForkJoinWorkerThread {
    private final int niceness;

    Worker(ForkJoinPool pool, String name, int niceness) {
      super(pool);
      this.niceness = niceness;
      setName(name + "-" + getPoolIndex());
      // Libtorch and Jackson load their parts through it.
      setContextClassLoader(BackgroundPool.class.getClassLoader());
    }

    @Override
    protected void onStart() {
      super.onStart();
      Niceness.ofThisThread(niceness);
    }
  }
}
