package io.sketchstream.query.callers;

import io.sketchstream.events.Generation;
import io.sketchstream.events.SearchAnswered;
import io.sketchstream.query.search.GalleryPage;
import io.sketchstream.query.search.GalleryQuery;
import io.sketchstream.query.search.GenerationSearcher;
import io.sketchstream.query.search.SearchFailure;
import io.sketchstream.query.search.SearchMetrics;
import io.sketchstream.query.search.SearchQuery;
import io.sketchstream.query.search.SearchSlots;
import java.util.UUID;

/// Searches without a sketch: images similar to an image, and pages of the gallery. Nothing needs
/// to be embedded, so they do not go through Kafka; their concurrency is bounded here instead.
///
/// **Threads:** any number.
public final class DirectSearches {
  private final GenerationSearcher searcher;
  private final SearchMetrics metrics;
  private final SearchSlots slots;

  /// @param concurrentMax how many may run at once
  public DirectSearches(GenerationSearcher searcher, SearchMetrics metrics, int concurrentMax) {
    this.searcher = searcher;
    this.metrics = metrics;
    this.slots =
        new SearchSlots(
            concurrentMax, "searches by image and gallery pages are already in progress");
  }

  /// Finds the images similar to an image of the gallery.
  ///
  /// @return an answer without an error
  public SearchAnswered similar(Generation generation, String imageId, SearchQuery query)
      throws SearchFailure, InterruptedException {
    slots.enter(query);
    try {
      SearchAnswered answer =
          searcher
              .similar(generation, imageId, query)
              .setQueryId(UUID.randomUUID().toString())
              .build();
      metrics.answered(answer.getTimingsList());
      return answer;
    } catch (SearchFailure e) {
      metrics.failed(e);
      throw e;
    } finally {
      slots.leave(query);
    }
  }

  /// A page of the gallery, newest first.
  public GalleryPage newest(Generation generation, GalleryQuery query)
      throws SearchFailure, InterruptedException {
    slots.enter(query.search());
    try {
      return searcher.newest(generation, query);
    } finally {
      slots.leave(query.search());
    }
  }
}
