package io.sketchstream.training.rollout;

import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.Topics;
import io.sketchstream.training.rollout.Judge.Comparison;
import io.sketchstream.training.rollout.Judge.Refusals;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// Has generations compared while they serve: a candidate before it is activated, and for a while
/// after.
///
/// **Threads:** the controller's asks; the comparisons run on one of its own. **Owns:** it.
final class Supervision implements AutoCloseable {
  /// What the active generation refused longer ago may be forgotten.
  private static final Duration LETTERS_KEPT = Topics.IMAGES.deadLetters().retention().minusDays(1);

  private final Judge judge;
  private final Options options;
  private final InstantSource clock;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("rollout-judge").factory());
  private String candidate = "";
  private CompletableFuture<Assessment> assessment;
  private final RepeatedMeasure<Comparison> quality;
  private final RepeatedMeasure<Optional<Refusals>> refusals;

  /// [io.sketchstream.training.TrainingServiceConfig] documents each.
  ///
  /// @param margin of mean average precision
  /// @param errorMargin of the share of answers that are errors of ours
  /// @param refusedMargin of the share of images that can't be embedded
  record Options(
      boolean compare,
      double margin,
      double errorMargin,
      double refusedMargin,
      Duration watch,
      Duration watchInterval) {}

  /// What was found out about a candidate that has all images.
  ///
  /// @param fit to become active
  record Assessment(boolean fit, String reason) {}

  Supervision(Judge judge, Options options, InstantSource clock) {
    this.judge = judge;
    this.options = options;
    this.clock = clock;
    this.quality = new RepeatedMeasure<>(thread, options.watchInterval());
    this.refusals = new RepeatedMeasure<>(thread, options.watchInterval());
  }

  /// Holds a candidate that has all images against the active generation; empty while that goes on.
  Optional<Assessment> assessed(ModelChanged model, ModelChanged active) {
    if (!candidate.equals(model.getGeneration())) {
      candidate = model.getGeneration();
      assessment = RepeatedMeasure.begin(() -> assess(model, active), thread);
    }
    if (!assessment.isDone()) {
      return Optional.empty();
    }
    candidate = "";
    try {
      return Optional.of(assessment.join());
    } catch (CompletionException e) {
      return Optional.of(
          new Assessment(true, "the comparison failed: " + e.getCause().getMessage()));
    }
  }

  private Assessment assess(ModelChanged model, ModelChanged active) throws InterruptedException {
    Optional<Refusals> refused =
        judge
            .refusals(model, active, clock.millis() - LETTERS_KEPT.toMillis())
            .filter(refusals -> refusals.isWorse(options.refusedMargin()));
    if (refused.isPresent()) {
      return worse(active, refused.get());
    }
    if (!options.compare()) {
      return new Assessment(true, Comparison.none("it is turned off").toString());
    }
    Comparison comparison = judge.compare(model, active);
    return isWorse(comparison)
        ? worse(active, comparison)
        : new Assessment(true, comparison.toString());
  }

  private static Assessment worse(ModelChanged active, Record found) {
    return new Assessment(
        false, "worse than generation %s: %s".formatted(active.getGeneration(), found));
  }

  private boolean isWorse(Comparison result) {
    return result.isWorse(options.margin());
  }

  /// Why the active generation has to go; empty while all is well or nobody can say.
  Optional<String> regression(ModelChanged active, ModelChanged previous) {
    long activated = changedMillis(active);
    long now = clock.millis();
    if (now - activated > options.watch().toMillis()) {
      return Optional.empty();
    }
    return errors(activated, now)
        .or(() -> refusals(active, previous, activated))
        .or(() -> quality(active, previous));
  }

  static long changedMillis(ModelChanged model) {
    return TimeUnit.SECONDS.toMillis(model.getChangedAt().getSeconds())
        + TimeUnit.NANOSECONDS.toMillis(model.getChangedAt().getNanos());
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

  private Optional<String> refusals(ModelChanged active, ModelChanged previous, long activated) {
    return refusals
        .next(active.getGeneration(), () -> judge.refusals(active, previous, activated))
        .flatMap(Function.identity())
        .filter(refused -> refused.isWorse(options.refusedMargin()))
        .map(refused -> "since it is active, " + refused);
  }

  private Optional<String> quality(ModelChanged active, ModelChanged previous) {
    return options.compare()
        ? quality
            .next(active.getGeneration(), () -> judge.compare(active, previous))
            .filter(this::isWorse)
            .map(Comparison::toString)
        : Optional.empty();
  }
}
