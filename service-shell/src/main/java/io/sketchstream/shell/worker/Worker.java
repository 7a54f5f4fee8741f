package io.sketchstream.shell.worker;

import io.sketchstream.shell.threads.Threads;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.jboss.logging.Logger;

/// A loop on a thread of its own that no failure ends. Whatever its body throws, also an `Error`,
/// starts the body again after a wait that doubles up to a bound; so does a body that returns
/// without being asked to. Made by [Workers], which shows it in liveness and counts its failures.
///
/// ```
/// STARTING ──> RUNNING ──> STOPPED
///    ^            │
///    └─ FAILING <─┘   failure: wait, run the body again
/// ```
///
/// **Threads:** any may call [#stop], [#join] and [#status]; the rest is for the body. **Owns:**
/// one platform thread.
public final class Worker implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Worker.class);

  /// So many failures in a row are no accident.
  static final int FAILURES_MAX = 5;

  private static final Duration CLOSE_MAX = Duration.ofSeconds(30);
  private static final Duration INTERRUPTED_MAX = Duration.ofSeconds(5);

  private final WorkerOptions options;
  private final Body body;
  private final Consumer<Worker> onFailure;
  private final Thread thread;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private volatile WorkerStatus status = WorkerStatus.STARTING;
  private volatile long roundNanos = System.nanoTime();
  private volatile int failures;
  private long runningSinceNanos;
  private Duration nextWait;

  /// What a worker does.
  @FunctionalInterface
  public interface Body {
    /// Opens what it needs, works in rounds until [Worker#isStopping], calls [Worker#roundDone]
    /// after each, and closes what it opened, however it ends.
    void run(Worker worker) throws Exception;

    /// Frees what outlives a restart. Called once, after the last run, on the thread of the worker.
    default void stopped() {}
  }

  /// @param onFailure told of each failure, on the thread of the worker
  Worker(WorkerOptions options, Body body, Consumer<Worker> onFailure) {
    this.options = options;
    this.nextWait = options.backoff();
    this.body = body;
    this.onFailure = onFailure;
    this.thread = Thread.ofPlatform().name(options.name()).unstarted(this::supervise);
  }

  void start() {
    thread.start();
  }

  /// Name of the worker and of its thread.
  public String name() {
    return options.name();
  }

  /// How it is doing.
  public WorkerStatus status() {
    return status;
  }

  /// Whether its thread runs.
  public boolean isAlive() {
    return thread.isAlive();
  }

  /// Whether the body is to end.
  public boolean isStopping() {
    return stopping.getCount() == 0;
  }

  /// Says that a round went well.
  public void roundDone() {
    long now = System.nanoTime();
    roundNanos = now;
    if (!status.isRunning()) {
      status = WorkerStatus.RUNNING;
      runningSinceNanos = now;
    } else if (now - runningSinceNanos > options.backoffMax().toNanos()) {
      failures = 0;
      nextWait = options.backoff();
    }
  }

  /// Waits until the next round; at once when the worker is to end.
  public void pause(Duration pause) throws InterruptedException {
    boolean _ = stopping.await(pause.toNanos(), TimeUnit.NANOSECONDS);
  }

  /// Asks the body to end.
  public void stop() {
    stopping.countDown();
  }

  /// Waits until the thread has ended, whatever interrupts. One that has not ended in time is
  /// interrupted, and left behind when that does not help either.
  ///
  /// @return whether it has ended
  public boolean join(Duration max) {
    boolean ended = Threads.join(thread, max);
    if (!ended) {
      LOG.errorf("%s does not end: interrupted", name());
      thread.interrupt();
      ended = Threads.join(thread, INTERRUPTED_MAX);
    }
    return ended;
  }

  /// Asks the body to end and waits until it has, at most 35 seconds.
  @Override
  public void close() {
    stop();
    boolean _ = join(CLOSE_MAX);
  }

  /// Why liveness is down because of this worker; empty when it is not.
  String trouble() {
    if (isStopping()) {
      return "";
    }
    if (!thread.isAlive()) {
      return "its thread has ended";
    }
    long silentNanos = System.nanoTime() - roundNanos;
    if (silentNanos > options.silenceMax().toNanos()) {
      return "no round for " + TimeUnit.NANOSECONDS.toSeconds(silentNanos) + " s";
    }
    return failures >= FAILURES_MAX ? failures + " failures in a row: " + status.reason() : "";
  }

  private void supervise() {
    while (!isStopping()) {
      try {
        body.run(this);
        if (!isStopping()) {
          failed(new IllegalStateException("it ended without being asked to"));
        }
      } catch (Throwable e) { // Also an Error: a loop that dies unseen is worse.
        failed(e);
      }
    }
    try {
      body.stopped();
    } catch (RuntimeException | Error e) {
      LOG.errorf(e, "%s could not free everything", name());
    }
    status = WorkerStatus.STOPPED;
  }

  private void failed(Throwable failure) {
    boolean _ = Thread.interrupted(); // It was for the body that has ended.
    if (isStopping()) {
      LOG.debugf(failure, "%s failed while it stopped", name());
      return;
    }
    status = WorkerStatus.failing(failure);
    roundNanos = System.nanoTime();
    if (isKafkaAway(failure)) {
      LOG.warnf("%s starts again: %s", name(), status.reason());
    } else {
      failures++;
      LOG.errorf(failure, "%s starts again", name());
    }
    onFailure.accept(this);
    backOff();
  }

  private void backOff() {
    Duration wait = nextWait;
    Duration doubled = wait.multipliedBy(2);
    nextWait = doubled.compareTo(options.backoffMax()) > 0 ? options.backoffMax() : doubled;
    try {
      pause(wait);
    } catch (InterruptedException _) {
      LOG.debugf("%s was interrupted between two attempts", name());
    }
  }

  /// Whether Kafka did not answer or did not admit us. Starting the process again does not help
  /// then, so liveness does not ask for it; readiness, the log and the metric show it.
  private static boolean isKafkaAway(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof RetriableException
          || cause instanceof AuthenticationException
          || cause instanceof AuthorizationException) {
        return true;
      }
    }
    return false;
  }
}
