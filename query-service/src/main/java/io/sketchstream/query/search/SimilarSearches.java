package io.sketchstream.query.search;

import io.sketchstream.events.Generation;
import io.sketchstream.events.SearchAnswered;
import io.sketchstream.events.SearchErrorCode;
import java.util.UUID;
import java.util.concurrent.Semaphore;

/// Searches by an image that is already there. Nothing needs to be embedded, so they do not go
/// through Kafka; their number is bounded here instead.
///
/// **Threads:** any number.
public final class SimilarSearches {
  private final GenerationSearcher searcher;
  private final SearchMetrics metrics;
  private final int atOnceMax;
  private final Semaphore places;

  public SimilarSearches(GenerationSearcher searcher, SearchMetrics metrics, int atOnceMax) {
    this.searcher = searcher;
    this.metrics = metrics;
    this.atOnceMax = atOnceMax;
    this.places = new Semaphore(atOnceMax);
  }

  /// @return an answer without an error
  public SearchAnswered search(Generation generation, String imageId, Question question)
      throws SearchFailure, InterruptedException {
    if (!places.tryAcquire()) {
      throw new SearchFailure(
          SearchErrorCode.OVERLOADED, atOnceMax + " searches by image run already");
    }
    try {
      Found found = searcher.similar(generation, imageId, question);
      metrics.answered(found.timings());
      SearchAnswered.Builder answer =
          SearchAnswered.newBuilder()
              .setQueryId(UUID.randomUUID().toString())
              .setGeneration(generation.id());
      found.addTo(answer);
      return answer.build();
    } catch (SearchFailure e) {
      metrics.failed(e);
      throw e;
    } finally {
      places.release();
    }
  }
}
