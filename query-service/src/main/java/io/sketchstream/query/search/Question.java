package io.sketchstream.query.search;

import io.sketchstream.events.ImagePosition;
import java.time.Instant;
import java.util.List;

/// What is asked of one generation besides the vector itself.
///
/// @param k how many hits, 1 to [#K_MAX]
/// @param filter see [io.sketchstream.query.filter.FilterParser]; blank for all images
/// @param text words to look for in titles and tags; blank for none
/// @param after writes that the answer must have seen
/// @param deadline when nobody waits any more
public record Question(
    int k, String filter, String text, List<ImagePosition> after, Instant deadline) {
  /// Most hits of one search.
  public static final int K_MAX = 1000;

  /// Longest text, in characters.
  public static final int TEXT_LENGTH_MAX = 500;

  public Question {
    after = List.copyOf(after);
  }
}
