package io.sketchstream.query.index;

import io.sketchstream.events.SearchCursor;
import java.util.Comparator;

/// An image and its exact score.
///
/// @param rank its rank among the candidates
record Ranked(int rank, int doc, float score, String imageId) {
  static final Comparator<Ranked> BEST_FIRST =
      Comparator.comparingDouble((Ranked image) -> -image.score).thenComparing(Ranked::imageId);

  boolean isAfter(SearchCursor cursor) {
    return score < cursor.getScore()
        || score == cursor.getScore() && imageId.compareTo(cursor.getImageId()) > 0;
  }
}
