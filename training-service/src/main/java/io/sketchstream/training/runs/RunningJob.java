package io.sketchstream.training.runs;

import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.events.TrainingRunChanged;
import io.sketchstream.events.TrainingRunState;
import io.sketchstream.trainer.data.DatasetException;
import io.sketchstream.trainer.train.DivergedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/// A run under way. **Threads:** its own do the work; another one starts, asks and stops it.
/// **Owns:** those threads until they have ended, which [#stop] waits for: libtorch must not run
/// when the JVM ends.
final class RunningJob {
  private static final Logger LOG = Logger.getLogger(RunningJob.class);
  private static final long INTERRUPT_EVERY_MILLIS = 3000;

  private final TrainingRunChanged run;
  private final Callable<TrainingJob.Outcome> work;
  private final Supplier<RunProgress.Status> progress;
  private final ForkJoinPool pool;
  private volatile Thread worker;
  private volatile boolean stopping;
  private volatile TrainingJob.Outcome outcome;

  RunningJob(TrainingRunChanged run, TrainingJob job, RunOptions.Learning learning) {
    this(run, job::execute, job::progress, learning);
  }

  /// @param work what it does; an interrupt stops it
  RunningJob(
      TrainingRunChanged run,
      Callable<TrainingJob.Outcome> work,
      Supplier<RunProgress.Status> progress,
      RunOptions.Learning learning) {
    this.run = run;
    this.work = work;
    this.progress = progress;
    this.pool = BackgroundPool.pool("training-run", learning.threads(), learning.niceness());
  }

  void start() {
    pool.execute(this::work);
    pool.shutdown(); // There is no other task.
  }

  TrainingRunChanged run() {
    return run;
  }

  RunProgress.Status progress() {
    return progress.get();
  }

  boolean isDone() {
    return pool.isTerminated();
  }

  /// Its result; empty while it runs and when it was stopped.
  Optional<TrainingJob.Outcome> outcome() {
    return isDone() ? Optional.ofNullable(outcome) : Optional.empty();
  }

  /// Stops it and waits until its threads have ended.
  void stop() {
    stopping = true;
    boolean interrupted = false;
    while (!pool.isTerminated()) {
      Thread running = worker;
      if (running != null) {
        running.interrupt();
      }
      try {
        boolean _ = pool.awaitTermination(INTERRUPT_EVERY_MILLIS, TimeUnit.MILLISECONDS);
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void work() {
    worker = Thread.currentThread();
    try {
      if (!stopping) {
        outcome = work.call();
      }
    } catch (InterruptedException | CancellationException _) {
      failed("it was interrupted");
    } catch (DatasetException
        | DivergedException
        | BrokenModelException
        | IllegalArgumentException e) {
      failed(e.getMessage());
    } catch (IOException e) {
      failed(reason(e));
    } catch (UncheckedIOException e) {
      failed(reason(e.getCause()));
    } catch (Exception | Error e) { // Memory may be short; a silent end would be repeated.
      if (!stopping) {
        LOG.errorf(e, "run %s ended unexpectedly", run.getRunId());
      }
      failed("unexpected: " + e);
    } finally {
      worker = null;
      boolean _ = Thread.interrupted();
    }
  }

  /// An interrupt surfaces in many ways; none of them is a failure of a run that is being stopped.
  private void failed(String reason) {
    if (stopping) {
      return;
    }
    outcome = new TrainingJob.Outcome(TrainingRunState.FAILED, "", Map.of(), reason);
  }

  private static String reason(IOException e) {
    return e instanceof java.nio.file.FileSystemException file && file.getReason() != null
        ? file.getFile() + ": " + file.getReason()
        : String.valueOf(e.getMessage());
  }
}
