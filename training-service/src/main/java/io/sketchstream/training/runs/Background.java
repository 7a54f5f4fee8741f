package io.sketchstream.training.runs;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import org.jboss.logging.Logger;

/// Threads for work that must leave the live services alone: few, and nice to all others.
///
/// Java's own thread priorities do nothing on Linux, where niceness belongs to each thread; so it
/// is set by the system call. Parallel streams that are begun on such a thread stay on these
/// threads.
final class Background {
  private static final Logger LOG = Logger.getLogger(Background.class);
  private static final int PRIO_PROCESS = 0;
  private static final int CALLING_THREAD = 0;

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
      beNice(niceness);
    }
  }

  /// Makes the calling thread, and those it starts from now on, give way to others.
  static void beNice(int niceness) {
    if (niceness == 0 || !System.getProperty("os.name").equals("Linux")) {
      return;
    }
    Linker linker = Linker.nativeLinker();
    MethodHandle setPriority =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("setpriority"),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    try {
      int failed = (int) setPriority.invokeExact(PRIO_PROCESS, CALLING_THREAD, niceness);
      if (failed != 0) {
        LOG.warnf("%s can't be made nice", Thread.currentThread().getName());
      }
    } catch (Throwable e) {
      throw new IllegalStateException("setpriority can't be called", e);
    }
  }
}
