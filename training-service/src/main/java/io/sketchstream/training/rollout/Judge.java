package io.sketchstream.training.rollout;

import io.sketchstream.events.ModelChanged;
import java.util.Optional;
import java.util.OptionalDouble;

/// Compares two generations by what they answer.
interface Judge {
  /// Has no opinion.
  Judge NONE =
      new Judge() {
        @Override
        public Comparison compare(ModelChanged candidate, ModelChanged reference) {
          return Comparison.none("nobody judges");
        }

        @Override
        public OptionalDouble errorShare(long fromMillis, long toMillis) {
          return OptionalDouble.empty();
        }

        @Override
        public Optional<Refusals> refusals(
            ModelChanged candidate, ModelChanged reference, long sinceMillis) {
          return Optional.empty();
        }
      };

  /// Searches both with the same labelled sketches, the way every caller does: with those of
  /// classes that neither was trained on, where there are enough.
  ///
  /// @throws InterruptedException when told to stop
  Comparison compare(ModelChanged candidate, ModelChanged reference) throws InterruptedException;

  /// How two generations answered.
  ///
  /// @param queries that both answered; with none there is no comparison
  /// @param candidate mean average precision
  /// @param reference mean average precision
  /// @param note why there is no comparison, or of which classes it is and how many queries failed
  record Comparison(int queries, double candidate, double reference, String note) {
    static Comparison none(String why) {
      return new Comparison(0, 0, 0, why);
    }

    /// Whether the candidate is worse by more than this.
    boolean isWorse(double margin) {
      return queries > 0 && candidate < reference - margin;
    }

    @Override
    public String toString() {
      return queries == 0
          ? "not compared live: " + note
          : "mAP %.3f live against %.3f, over %d labelled sketches %s"
              .formatted(candidate, reference, queries, note);
    }
  }

  /// How many searches of late ended in an error of ours, as a share.
  ///
  /// @param fromMillis of the clock of Kafka's records
  /// @return empty when there were too few to say
  OptionalDouble errorShare(long fromMillis, long toMillis);

  /// How many of the images since a time two generations could not embed.
  ///
  /// @return empty when that is not known
  /// @throws InterruptedException when told to stop
  Optional<Refusals> refusals(ModelChanged candidate, ModelChanged reference, long sinceMillis)
      throws InterruptedException;

  /// How many images two generations refused.
  ///
  /// @param images that came since and that both have been through
  /// @param candidate how many of them it refused
  /// @param reference how many of them it refused
  record Refusals(long images, long candidate, long reference) {
    /// Fewer images, or fewer refused ones, are no measure of a model.
    private static final int IMAGES_MIN = 50;

    private static final int MORE_MIN = 5;

    /// Whether the candidate refuses clearly more.
    ///
    /// @param margin of the share of images
    boolean isWorse(double margin) {
      long more = candidate - reference;
      return images >= IMAGES_MIN && more >= MORE_MIN && more > margin * images;
    }

    @Override
    public String toString() {
      return "of %d images it can't embed %d, that one %d".formatted(images, candidate, reference);
    }
  }
}
