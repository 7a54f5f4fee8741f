package io.sketchstream.query.search;

import io.sketchstream.events.Hit;
import io.sketchstream.events.SearchAnswered;
import io.sketchstream.events.StageTiming;
import io.sketchstream.events.TagCount;
import java.util.List;

/// What a generation found.
///
/// @param hits best first
/// @param next what to ask with for the next page; empty when there is none
/// @param facets the most frequent tags around the hits, if they were asked for
/// @param timings how long the shards and merging took
public record Found(
    List<Hit> hits, String next, List<TagCount> facets, Shards shards, List<StageTiming> timings) {

  /// How many shards there are, and how many are in the answer.
  public record Shards(int total, int answered) {}

  void addTo(SearchAnswered.Builder answer) {
    answer
        .addAllHits(hits)
        .setNext(next)
        .addAllFacets(facets)
        .setShardsTotal(shards.total())
        .setShardsAnswered(shards.answered())
        .addAllTimings(timings);
  }
}
