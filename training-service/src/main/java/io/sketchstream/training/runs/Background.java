package io.sketchstream.training.runs;

import io.sketchstream.shell.threads.Niceness;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;

/// Threads for work that must leave the live services alone: few, and nice to all others.
///
/// Parallel streams that are begun on such a thread stay on these threads.
final class Background {
  private Background() {}

  /// A pool of so many threads. Closing it waits for what runs.
  static ForkJoinPool pool(String name, int threads, int niceness) {
    return new ForkJoinPool(threads, pool -> new Worker(pool, name, niceness), null, false);
  }

  private static final class Worker extends ForkJoinWorkerThread {
    private final int niceness;

    Worker(ForkJoinPool pool, String name, int niceness) {
      super(pool);
      this.niceness = niceness;
      setName(name + "-" + getPoolIndex());
      // Libtorch and Jackson look for their parts by it.
      setContextClassLoader(Background.class.getClassLoader());
    }

    @Override
    protected void onStart() {
      super.onStart();
      Niceness.ofThisThread(niceness);
    }
  }
}
