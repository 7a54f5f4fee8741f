package io.sketchstream.standalone;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// Keeps the JVM alive after a signal until main has stopped everything in order, or until a
/// timeout. An orderly stop exits with the exit code of main, 0 after a signal; a timeout exits
/// with 1.
///
/// **Threads:** a shutdown hook of the JVM; main calls [#finished].
final class OrderlyStop implements Runnable {
  private static final int CUT_SHORT = 1;

  private final Duration limit;
  private final CountDownLatch finished = new CountDownLatch(1);
  private volatile int exitCode;
  private final AtomicBoolean explained = new AtomicBoolean();

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

  /// Reports, once, why this stop is not orderly.
  ///
  /// @return whether this was the first time
  boolean explain(String sentence) {
    if (!explained.compareAndSet(false, true)) {
      return false;
    }
    System.err.println(sentence);
    return true;
  }

  @Override
  public void run() {
    try {
      if (!finished.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        exitCode = CUT_SHORT;
        boolean _ =
            explain(
                "sketchstream: not everything stopped within " + limit.toSeconds() + " s; leaving");
      }
    } catch (InterruptedException e) {
      exitCode = CUT_SHORT;
    }
    System.out.flush();
    System.err.flush();
    Runtime.getRuntime().halt(exitCode); // No shutdown hook of a library can delay this.
  }
}
