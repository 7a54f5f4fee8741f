package io.sketchstream.training.rollout;

import io.sketchstream.events.Generation;
import io.sketchstream.events.Hit;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.SearchAnswered;
import io.sketchstream.trainer.data.DatasetException;
import io.sketchstream.trainer.data.HeldOutExamples;
import io.sketchstream.training.labels.LabelledQueries;
import io.sketchstream.training.labels.LabelledQueries.Query;
import io.sketchstream.training.labels.LabelledQueries.Sample;
import io.sketchstream.training.rollout.Judge.Comparison.Measured;
import io.sketchstream.training.rollout.Judge.Comparison.NotNeeded;
import io.sketchstream.training.rollout.Judge.Comparison.NotYet;
import io.sketchstream.training.rollout.Judge.Comparison.Unanswered;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.kafka.common.KafkaException;

/// Judges generations by real searches, so that the whole served path counts, from the encoder to
/// the index; and by the images that they refuse.
///
/// **Threads:** any; [#compare] and [#refusals] block their caller.
final class LiveJudge implements Judge {
  private static final int UNANSWERED_IN_A_ROW_MAX = 3;

  /// A candidate that leaves a larger share of searches unanswered is not judged.
  private static final double UNANSWERED_SHARE_MAX = .1;

  private final Searcher searches;
  private final LabelledQueries queries;
  private final RefusedImages refused;

  /// Access to the searches.
  interface Searcher {
    /// Waits until answers are seen; false when that takes too long.
    boolean areFollowed() throws InterruptedException;

    /// The answer of a generation, which may be an error; empty when none comes.
    Optional<SearchAnswered> search(Query query, Generation generation) throws InterruptedException;

    /// The share of the answers to other callers that were server errors.
    OptionalDouble errorShare(long fromMillis, long toMillis);
  }

  LiveJudge(Searcher searches, LabelledQueries queries, RefusedImages refused) {
    this.searches = searches;
    this.queries = queries;
    this.refused = refused;
  }

  @Override
  public Comparison compare(ModelChanged candidate, ModelChanged reference)
      throws InterruptedException {
    Sample sample;
    try {
      sample = queries.sample(heldOut(candidate, reference));
    } catch (KafkaException | DatasetException e) {
      return new NotYet("the labels can't be read: " + e.getMessage());
    }
    if (sample.queries().isEmpty()) {
      return new NotNeeded("no labelled sketch has two labelled images of its class");
    }
    if (!searches.areFollowed()) {
      return new NotYet("the topic search-results can't be read");
    }
    return new Tally(sample)
        .compare(
            new Generation(candidate.getGeneration()), new Generation(reference.getGeneration()));
  }

  /// One comparison under way.
  private final class Tally {
    private final Sample sample;
    private double candidateSum;
    private double referenceSum;
    private int answeredByReference;
    private int answeredByCandidate;
    private int asked;

    Tally(Sample sample) {
      this.sample = sample;
    }

    Comparison compare(Generation candidate, Generation reference) throws InterruptedException {
      int answeredByBoth = 0;
      for (Query query : sample.queries()) {
        OptionalDouble ofReference = averagePrecision(query, reference);
        OptionalDouble ofCandidate = averagePrecision(query, candidate);
        asked++;
        answeredByReference += ofReference.isPresent() ? 1 : 0;
        answeredByCandidate += ofCandidate.isPresent() ? 1 : 0;
        if (ofReference.isPresent() && ofCandidate.isPresent()) {
          answeredByBoth++;
          referenceSum += ofReference.getAsDouble();
          candidateSum += ofCandidate.getAsDouble();
        }
        if (asked >= UNANSWERED_IN_A_ROW_MAX && answeredByBoth == 0) {
          break;
        }
      }
      return outcome(candidate, reference, answeredByBoth);
    }

    private Comparison outcome(Generation candidate, Generation reference, int both) {
      if (answeredByReference == 0) {
        return answeredByCandidate > 0
            ? new NotNeeded("generation " + reference + " does not answer, the candidate does")
            : new NotYet("searches are not answered");
      }
      if (both == 0 || asked - answeredByCandidate > UNANSWERED_SHARE_MAX * asked) {
        return new Unanswered(
            "generation %s leaves %d of %d searches without an answer"
                .formatted(candidate, asked - answeredByCandidate, asked));
      }
      String failures = both == asked ? "" : ", " + (asked - both) + " not answered";
      return new Measured(
          both, candidateSum / both, referenceSum / both, sample.scope() + failures);
    }

    /// Average precision over the hits that are labelled; empty when there is no answer.
    private OptionalDouble averagePrecision(Query query, Generation generation)
        throws InterruptedException {
      Optional<SearchAnswered> answer = searches.search(query, generation);
      if (answer.isEmpty() || answer.get().hasError()) {
        return OptionalDouble.empty();
      }
      int seen = 0;
      int right = 0;
      double sum = 0;
      for (Hit hit : answer.get().getHitsList()) {
        String className = sample.images().get(hit.getImageId());
        if (className != null) {
          seen++;
          if (className.equals(query.className())) {
            right++;
            sum += (double) right / seen;
          }
        }
      }
      return OptionalDouble.of(sum / sample.relevant(query));
    }
  }

  @Override
  public OptionalDouble errorShare(long fromMillis, long toMillis) {
    return searches.errorShare(fromMillis, toMillis);
  }

  @Override
  public Optional<Refusals> refusals(
      ModelChanged candidate, ModelChanged reference, long sinceMillis)
      throws InterruptedException {
    return refused.count(
        new Generation(candidate.getGeneration()),
        new Generation(reference.getGeneration()),
        sinceMillis);
  }

  /// Examples that neither was trained on, as far as known; models trained elsewhere do not say.
  private static HeldOutExamples heldOut(ModelChanged candidate, ModelChanged reference) {
    double share = candidate.getHeldOutShare();
    return new HeldOutExamples(
        share > 0 && reference.getHeldOutShare() > 0
            ? Math.min(share, reference.getHeldOutShare())
            : share);
  }
}
