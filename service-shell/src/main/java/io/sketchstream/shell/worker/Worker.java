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

/// A loop on its own thread that no failure ends. Whenever its body throws anything, even an
/// `Error`, or returns without being asked to, the body is started again after a wait that doubles
/// up to a bound. Made by [Workers], which shows it in liveness and counts its failures.
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

  /// This many failures in a row count as permanent.
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

  /// @param onFailure notified of each failure, on the thread of the worker
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

  /// Its status.
  public WorkerStatus status() {
    return status;
  }

  /// Whether its thread runs.
  public boolean isAlive() {
    return thread.isAlive();
  }

  /// Whether the body was asked to end.
  public boolean isStopping() {
    return stopping.getCount() == 0;
  }

  /// Reports that a round succeeded.
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

  /// Waits until the next round; returns at once when the worker was asked to end.
  public void pause(Duration pause) throws InterruptedException {
    boolean _ = stopping.await(pause.toNanos(), TimeUnit.NANOSECONDS);
  }

  /// Asks the body to end.
  public void stop() {
    stopping.countDown();
  }

  /// Waits until the thread has ended, regardless of interrupts. A thread that has not ended in
  /// time is interrupted, and abandoned if that does not help.
  ///
  /// @return whether it has ended
  public boolean join(Duration max) {
    boolean ended = Threads.join(thread, max);
    if (!ended) {
      LOG.errorf("%s does not end and is interrupted", name());
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
      LOG.errorf(e, "%s could not release everything", name());
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
      LOG.warnf("%s restarts: %s", name(), status.reason());
    } else {
      failures++;
      LOG.errorf(failure, "%s restarts", name());
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

  /// Whether Kafka did not answer or refused access. A restart of the process does not help then,
  /// so liveness stays up; readiness, the log and the metric show it.
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
