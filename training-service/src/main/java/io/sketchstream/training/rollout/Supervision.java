package io.sketchstream.training.rollout;

import io.sketchstream.events.ModelChanged;
import io.sketchstream.training.rollout.Judge.Comparison;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// Has generations compared while they serve: a candidate before it is activated, and for a while
/// after.
///
/// **Threads:** the controller's asks; the comparisons run on one of its own. **Owns:** it.
final class Supervision implements AutoCloseable {
  private final Judge judge;
  private final Options options;
  private final InstantSource clock;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("rollout-judge").factory());
  private String candidate = "";
  private CompletableFuture<Comparison> comparison;
  private String watched = "";
  private CompletableFuture<Comparison> watch;
  private long nextWatchNanos;

  /// [io.sketchstream.training.TrainingServiceConfig] documents each.
  ///
  /// @param margin of mean average precision
  /// @param errorMargin of the share of answers that are errors of ours
  record Options(
      boolean compare, double margin, double errorMargin, Duration watch, Duration watchInterval) {}

  Supervision(Judge judge, Options options, InstantSource clock) {
    this.judge = judge;
    this.options = options;
    this.clock = clock;
  }

  /// The comparison of a candidate that has all images with the active generation; empty while it
  /// goes on.
  Optional<Comparison> compared(ModelChanged model, ModelChanged active) {
    if (!options.compare()) {
      return Optional.of(Comparison.none("it is turned off"));
    }
    if (!candidate.equals(model.getGeneration())) {
      candidate = model.getGeneration();
      comparison = begin(model, active);
    }
    if (!comparison.isDone()) {
      return Optional.empty();
    }
    candidate = "";
    return Optional.of(result(comparison));
  }

  boolean isWorse(Comparison result) {
    return result.isWorse(options.margin());
  }

  /// Why the active generation has to go; empty while all is well or nobody can say.
  Optional<String> regression(ModelChanged active, ModelChanged previous) {
    long activated = TimeUnit.SECONDS.toMillis(active.getChangedAt().getSeconds());
    long now = clock.millis();
    if (now - activated > options.watch().toMillis()) {
      return Optional.empty();
    }
    Optional<String> errors = errors(activated, now);
    return errors.isPresent() ? errors : quality(active, previous);
  }

  @Override
  public void close() {
    thread.shutdownNow();
    thread.close();
  }

  private Optional<String> errors(long activated, long now) {
    OptionalDouble before = judge.errorShare(activated - options.watch().toMillis(), activated);
    OptionalDouble after = judge.errorShare(activated + 1000, now);
    return before.isPresent()
            && after.isPresent()
            && after.getAsDouble() > before.getAsDouble() + options.errorMargin()
        ? Optional.of(
            "%.1f%% of the searches fail since it is active, %.1f%% did before"
                .formatted(100 * after.getAsDouble(), 100 * before.getAsDouble()))
        : Optional.empty();
  }

  private Optional<String> quality(ModelChanged active, ModelChanged previous) {
    if (!options.compare()) {
      return Optional.empty();
    }
    if (!watched.equals(active.getGeneration())) {
      watched = active.getGeneration();
      watch = null;
      nextWatchNanos = System.nanoTime();
    }
    if (watch == null && System.nanoTime() - nextWatchNanos >= 0) {
      watch = begin(active, previous);
    }
    if (watch == null || !watch.isDone()) {
      return Optional.empty();
    }
    Comparison result = result(watch);
    watch = null;
    nextWatchNanos = System.nanoTime() + options.watchInterval().toNanos();
    return isWorse(result) ? Optional.of(result.toString()) : Optional.empty();
  }

  private CompletableFuture<Comparison> begin(ModelChanged model, ModelChanged reference) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return judge.compare(model, reference);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("stopped");
          }
        },
        thread);
  }

  private static Comparison result(CompletableFuture<Comparison> done) {
    try {
      return done.join();
    } catch (CompletionException e) {
      return Comparison.none("the comparison failed: " + e.getCause().getMessage());
    }
  }
}
