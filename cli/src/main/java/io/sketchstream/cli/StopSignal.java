package io.sketchstream.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Lets a computing command stop in order on SIGTERM and Ctrl-C: its thread is interrupted, and the
/// JVM waits for it. Libtorch must not run when the JVM ends.
///
/// **Threads:** made and closed by the command's thread; the JVM's shutdown thread waits for it.
final class StopSignal implements AutoCloseable {
  private static final int STOP_SECONDS_MAX = 30;

  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Thread hook;

  /// From now on the calling thread is interrupted when the JVM is asked to end.
  StopSignal() {
    Thread worker = Thread.currentThread();
    hook = new Thread(() -> stop(worker), "stop-" + worker.getName());
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void stop(Thread worker) {
    worker.interrupt();
    try {
      if (!stopped.await(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
        System.err.println("sketchstream: still computing, ending anyway");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    stopped.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException _) {
      // The JVM is ending: the hook is what waited for this.
    }
  }
}
