package io.sketchstream.training.rollout;

import io.sketchstream.events.ModelChanged;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/// Compares two generations by what they answer.
interface Judge {
  /// Searches both with the same labelled sketches, as any caller would: with those that neither
  /// was trained on, if there are enough.
  ///
  /// @throws InterruptedException when asked to stop
  Comparison compare(ModelChanged candidate, ModelChanged reference) throws InterruptedException;

  /// The outcome of a comparison.
  sealed interface Comparison {
    /// How two generations answered.
    ///
    /// @param queries that the reference answered
    /// @param candidate mean average precision
    /// @param reference mean average precision
    /// @param note which sketches were used, and how many searches failed
    record Measured(int queries, double candidate, double reference, String note)
        implements Comparison {
      /// Whether the candidate is worse by more than this.
      boolean isWorse(double margin) {
        return candidate < reference - margin;
      }

      @Override
      public String toString() {
        return String.format(
            Locale.ROOT,
            "mAP %.3f live against %.3f, over %d labelled sketches %s",
            candidate,
            reference,
            queries,
            note);
      }
    }

    /// There is nothing to compare with, and waiting will not change that.
    record NotNeeded(String why) implements Comparison {
      @Override
      public String toString() {
        return "not compared live: " + why;
      }
    }

    /// The comparison is not possible at the moment.
    record NotYet(String why) implements Comparison {
      @Override
      public String toString() {
        return why;
      }
    }

    /// The candidate does not answer; the reference does.
    record Unanswered(String why) implements Comparison {
      @Override
      public String toString() {
        return why;
      }
    }
  }

  /// The share of recent searches that failed on the server side.
  ///
  /// @param fromMillis by the clock that the answers are counted by, which nobody sets
  /// @return empty when there were too few to say
  OptionalDouble errorShare(long fromMillis, long toMillis);

  /// How many of the images since a time two generations could not embed.
  ///
  /// @return empty when that is not known
  /// @throws InterruptedException when asked to stop
  Optional<Refusals> refusals(ModelChanged candidate, ModelChanged reference, long sinceMillis)
      throws InterruptedException;

  /// How many images two generations refused.
  ///
  /// @param images that arrived since and that both have processed
  /// @param candidate how many of them it refused
  /// @param reference how many of them it refused
  record Refusals(long images, long candidate, long reference) {
    /// With fewer images, or a smaller difference, a model is not judged.
    private static final int IMAGES_MIN = 50;

    private static final int MORE_MIN = 5;

    /// Whether the candidate refuses clearly more images.
    ///
    /// @param margin of the share of images
    boolean isWorse(double margin) {
      long more = candidate - reference;
      return images >= IMAGES_MIN && more >= MORE_MIN && more > margin * images;
    }

    @Override
    public String toString() {
      return "it can't embed %d of %d images, the other generation %d"
          .formatted(candidate, images, reference);
    }
  }
}
