package io.sketchstream.training.rollout;

import io.sketchstream.events.Instants;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.Topics;
import io.sketchstream.training.rollout.Judge.Comparison;
import io.sketchstream.training.rollout.Judge.Refusals;
import io.sketchstream.training.rollout.LiveSupervision.Assessment.Fit;
import io.sketchstream.training.rollout.LiveSupervision.Assessment.NotYet;
import io.sketchstream.training.rollout.LiveSupervision.Assessment.Unfit;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/// Compares generations while they serve: a candidate before its activation, and during its
/// probation after it.
///
/// **Threads:** the controller's asks; the comparisons run on a thread of its own. **Owns:** it.
final class LiveSupervision implements AutoCloseable {
  /// Older dead letters of the active generation may be gone.
  private static final Duration LETTERS_KEPT = Topics.IMAGES.deadLetters().retention().minusDays(1);

  private final Judge judge;
  private final Options options;
  private final InstantSource clock;
  private final InstantSource steady;
  private ModelChanged watched = ModelChanged.getDefaultInstance();
  private long watchedSince;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("rollout-judge").factory());
  private String candidate = "";
  private CompletableFuture<Assessment> assessment;
  private long nextAttemptNanos;
  private volatile int unanswered;
  private final PeriodicMeasurement<Comparison> quality;
  private final PeriodicMeasurement<Optional<Refusals>> refusals;

  /// [io.sketchstream.training.TrainingServiceConfig] documents each.
  ///
  /// @param margin of mean average precision
  /// @param errorMargin of the share of answers that are server errors
  /// @param refusedMargin of the share of images that can't be embedded
  record Options(
      boolean compare,
      double margin,
      double errorMargin,
      double refusedMargin,
      Duration watch,
      Duration watchInterval) {}

  /// A candidate that never answers is not waited for.
  private static final int UNANSWERED_MAX = 10;

  /// The result for a candidate that has all images.
  sealed interface Assessment {
    /// It can be activated.
    record Fit(String reason) implements Assessment {}

    /// It is rejected.
    record Unfit(String reason) implements Assessment {}

    /// Unknown; the comparison is repeated.
    record NotYet(String reason) implements Assessment {}
  }

  /// @param clock of records
  /// @param steady of [Judge#errorShare]; the probation runs by it, whoever sets the other one
  LiveSupervision(Judge judge, Options options, InstantSource clock, InstantSource steady) {
    this.steady = steady;
    this.judge = judge;
    this.options = options;
    this.clock = clock;
    this.quality = new PeriodicMeasurement<>(thread, options.watchInterval());
    this.refusals = new PeriodicMeasurement<>(thread, options.watchInterval());
  }

  /// Compares a candidate that has all images with the active generation; empty until that is done.
  Optional<Assessment> assessed(ModelChanged model, ModelChanged active) {
    if (!candidate.equals(model.getGeneration())) {
      candidate = model.getGeneration();
      unanswered = 0;
      nextAttemptNanos = System.nanoTime();
      assessment = null;
    }
    if (assessment == null && System.nanoTime() - nextAttemptNanos >= 0) {
      assessment = PeriodicMeasurement.begin(() -> assess(model, active), thread);
    }
    if (assessment == null || !assessment.isDone()) {
      return Optional.empty();
    }
    Assessment result;
    try {
      result = assessment.join();
    } catch (CompletionException e) {
      result = new NotYet("the comparison failed: " + e.getCause().getMessage());
    }
    assessment = null;
    nextAttemptNanos = System.nanoTime() + options.watchInterval().toNanos();
    return Optional.of(result);
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
      return new Fit("not compared live: it is turned off");
    }
    Comparison comparison = judge.compare(model, active);
    return switch (comparison) {
      case Comparison.Measured measured when measured.isWorse(options.margin()) ->
          worse(active, measured);
      case Comparison.Measured measured -> new Fit(measured.toString());
      case Comparison.NotNeeded notNeeded -> new Fit(notNeeded.toString());
      case Comparison.NotYet notYet -> new NotYet(notYet.why());
      case Comparison.Unanswered none ->
          ++unanswered >= UNANSWERED_MAX ? worse(active, none) : new NotYet(none.why());
    };
  }

  private static Assessment worse(ModelChanged active, Record found) {
    return new Unfit("worse than generation %s: %s".formatted(active.getGeneration(), found));
  }

  /// Why the active generation must be rolled back; empty while nothing speaks against it.
  Optional<String> regression(ModelChanged active, ModelChanged previous) {
    long now = steady.millis();
    long activated = watchedSince(active, now);
    if (now - activated > options.watch().toMillis()) {
      return Optional.empty();
    }
    return errors(activated, now)
        .or(() -> refusals(active, previous, changedMillis(active)))
        .or(() -> quality(active, previous));
  }

  /// When a generation was activated, by the steady clock. The clock of records is asked once.
  private long watchedSince(ModelChanged active, long now) {
    if (!active.getGeneration().equals(watched.getGeneration())
        || active.getEpoch() != watched.getEpoch()) {
      watched = active;
      watchedSince = now - Math.max(0, clock.millis() - changedMillis(active));
    }
    return watchedSince;
  }

  static long changedMillis(ModelChanged model) {
    return Instants.of(model.getChangedAt()).toEpochMilli();
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
            String.format(
                Locale.ROOT,
                "%.1f%% of the searches failed since its activation, %.1f%% before",
                100 * after.getAsDouble(),
                100 * before.getAsDouble()))
        : Optional.empty();
  }

  private Optional<String> refusals(ModelChanged active, ModelChanged previous, long activated) {
    return refusals
        .next(active.getGeneration(), () -> judge.refusals(active, previous, activated))
        .flatMap(Function.identity())
        .filter(refused -> refused.isWorse(options.refusedMargin()))
        .map(refused -> "since its activation, " + refused);
  }

  private Optional<String> quality(ModelChanged active, ModelChanged previous) {
    return options.compare()
        ? quality
            .next(active.getGeneration(), () -> judge.compare(active, previous))
            .filter(result ->
                result instanceof Comparison.Measured measured
                    && measured.isWorse(options.margin()))
            .map(Comparison::toString)
        : Optional.empty();
  }
}
