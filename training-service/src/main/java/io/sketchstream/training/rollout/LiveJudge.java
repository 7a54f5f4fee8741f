package io.sketchstream.training.rollout;

import io.sketchstream.events.Generation;
import io.sketchstream.events.Hit;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.SearchAnswered;
import io.sketchstream.training.data.HeldOutClasses;
import io.sketchstream.training.rollout.HoldOut.Examples;
import io.sketchstream.training.rollout.HoldOut.Query;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.kafka.common.KafkaException;

/// Judges generations by real searches, so that the whole served path is judged, from the encoder
/// as it runs to the index as it is; and by the images that they refuse.
///
/// **Threads:** any; [#compare] and [#refusals] block their caller.
final class LiveJudge implements Judge {
  private static final int FAILURES_IN_A_ROW_MAX = 3;

  private final LiveSearches searches;
  private final HoldOut holdOut;
  private final RefusedImages refused;

  LiveJudge(LiveSearches searches, HoldOut holdOut, RefusedImages refused) {
    this.searches = searches;
    this.holdOut = holdOut;
    this.refused = refused;
  }

  @Override
  public Comparison compare(ModelChanged candidate, ModelChanged reference)
      throws InterruptedException {
    Examples examples;
    try {
      examples = holdOut.examples(heldOut(candidate, reference));
    } catch (KafkaException e) {
      return Comparison.none("the labels can't be read: " + e.getMessage());
    }
    if (examples.queries().isEmpty()) {
      return Comparison.none("no labelled sketch has two labelled images of its class");
    }
    if (!searches.areFollowed()) {
      return Comparison.none("the answers can't be followed");
    }
    return compare(
        examples,
        new Generation(candidate.getGeneration()),
        new Generation(reference.getGeneration()));
  }

  private Comparison compare(Examples examples, Generation candidate, Generation reference)
      throws InterruptedException {
    double candidateSum = 0;
    double referenceSum = 0;
    int both = 0;
    int failures = 0;
    for (Query query : examples.queries()) {
      double ofReference = averagePrecision(query, examples, reference);
      double ofCandidate = averagePrecision(query, examples, candidate);
      if (Double.isNaN(ofReference)) {
        if (++failures >= FAILURES_IN_A_ROW_MAX && both == 0) {
          return Comparison.none("generation " + reference + " does not answer");
        }
        continue; // Not the candidate's fault.
      }
      both++;
      referenceSum += ofReference;
      candidateSum += Double.isNaN(ofCandidate) ? 0 : ofCandidate;
    }
    return both == 0
        ? Comparison.none("generation " + reference + " does not answer")
        : new Comparison(
            both,
            candidateSum / both,
            referenceSum / both,
            examples.scope() + (failures == 0 ? "" : ", " + failures + " not answered"));
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

  /// Classes that neither was trained on, as far as is known. A model that was not trained here
  /// says nothing.
  private static HeldOutClasses heldOut(ModelChanged candidate, ModelChanged reference) {
    double share = candidate.getHeldOutShare();
    return new HeldOutClasses(
        share > 0 && reference.getHeldOutShare() > 0
            ? Math.min(share, reference.getHeldOutShare())
            : share);
  }

  /// Average precision over the hits that are labelled; NaN when there is no answer.
  private double averagePrecision(Query query, Examples examples, Generation generation)
      throws InterruptedException {
    Optional<SearchAnswered> answer = searches.search(query.sketch(), generation);
    if (answer.isEmpty() || answer.get().hasError()) {
      return Double.NaN;
    }
    int seen = 0;
    int right = 0;
    double sum = 0;
    for (Hit hit : answer.get().getHitsList()) {
      String className = examples.images().get(hit.getImageId());
      if (className != null) {
        seen++;
        if (className.equals(query.className())) {
          right++;
          sum += (double) right / seen;
        }
      }
    }
    return sum / examples.relevant(query);
  }
}
