package io.sketchstream.standalone;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Keeps the JVM alive after a signal until main has stopped everything in its order, or the time
/// is over. A stop in order exits with main's code, 0 after a signal; a stop cut short with 1.
///
/// **Threads:** a shutdown hook of the JVM; main calls [#finished].
final class OrderlyStop implements Runnable {
  private static final int CUT_SHORT = 1;

  private final Duration limit;
  private final CountDownLatch finished = new CountDownLatch(1);
  private volatile int exitCode;

  private OrderlyStop(Duration limit) {
    this.limit = limit;
  }

  static OrderlyStop register(Duration limit) {
    OrderlyStop stop = new OrderlyStop(limit);
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("orderly-stop").unstarted(stop));
    return stop;
  }

  /// Main has nothing left to stop.
  void finished(int exitCode) {
    this.exitCode = exitCode;
    finished.countDown();
  }

  @Override
  public void run() {
    try {
      if (!finished.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        exitCode = CUT_SHORT;
        System.err.println(
            "sketchstream: not everything stopped within " + limit.toSeconds() + " s; leaving");
      }
    } catch (InterruptedException e) {
      exitCode = CUT_SHORT;
    }
    System.out.flush();
    System.err.flush();
    Runtime.getRuntime().halt(exitCode); // Not even a hook of a library keeps it longer.
  }
}
