package io.sketchstream.training.rollout;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jboss.logging.Logger;

/// Measures something about the active generation periodically, on another thread.
///
/// **Threads:** one asks; an executor measures.
final class PeriodicMeasurement<T> {
  private static final Logger LOG = Logger.getLogger(PeriodicMeasurement.class);

  private final Executor executor;
  private final Duration interval;
  private String generation = "";
  private CompletableFuture<T> running;
  private long nextNanos;

  /// @param interval between the end of a measurement and the next
  PeriodicMeasurement(Executor executor, Duration interval) {
    this.executor = executor;
    this.interval = interval;
  }

  /// Begins a measurement when it is due.
  ///
  /// @return the last result, once; empty while a measurement runs and when it failed
  Optional<T> next(String ofGeneration, Callable<T> measure) {
    if (!generation.equals(ofGeneration)) {
      generation = ofGeneration;
      running = null;
      nextNanos = System.nanoTime();
    }
    if (running == null && System.nanoTime() - nextNanos >= 0) {
      running = begin(measure, executor);
    }
    if (running == null || !running.isDone()) {
      return Optional.empty();
    }
    CompletableFuture<T> done = running;
    running = null;
    nextNanos = System.nanoTime() + interval.toNanos();
    try {
      return Optional.of(done.join());
    } catch (CompletionException e) {
      LOG.warnf("generation %s could not be measured: %s", generation, e.getCause().getMessage());
      return Optional.empty();
    }
  }

  /// Measures once.
  static <T> CompletableFuture<T> begin(Callable<T> measure, Executor executor) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return measure.call();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("stopped");
          } catch (RuntimeException e) {
            throw e;
          } catch (Exception e) {
            throw new CompletionException(e);
          }
        },
        executor);
  }
}
