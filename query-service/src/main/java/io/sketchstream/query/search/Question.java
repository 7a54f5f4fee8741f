package io.sketchstream.query.search;

import io.sketchstream.events.ImagePosition;
import java.time.Instant;
import java.util.List;

/// What is asked of one generation besides the vector itself.
///
/// @param filter see [io.sketchstream.query.filter.FilterParser]; blank for all images
/// @param text words to look for in titles and tags; blank for none
public record Question(Page page, String filter, String text, Demands demands) {
  /// Most hits of one search.
  public static final int K_MAX = 1000;

  /// Longest text, in characters.
  public static final int TEXT_LENGTH_MAX = 500;

  /// Most tags that are counted for one search.
  public static final int FACETS_MAX = 100;

  /// Which part of the ranking is wanted.
  ///
  /// @param k how many hits, 1 to [#K_MAX]
  /// @param searchAfter what the page before said as `next`; empty for the first
  /// @param facets how many tags to count, 0 to [#FACETS_MAX]
  public record Page(int k, String searchAfter, int facets) {
    /// The first page, without facets.
    public static Page first(int k) {
      return new Page(k, "", 0);
    }
  }

  /// What the answer must be like.
  ///
  /// @param after writes that it must have seen
  /// @param deadline when nobody waits any more
  /// @param complete whether all shards must be in it
  public record Demands(List<ImagePosition> after, Instant deadline, boolean complete) {
    public Demands {
      after = List.copyOf(after);
    }

    /// In time, and nothing else.
    public static Demands by(Instant deadline) {
      return new Demands(List.of(), deadline, false);
    }
  }
}
