package io.sketchstream.query.standing;

import io.sketchstream.query.index.Arrival;
import io.sketchstream.query.index.ImageFields;
import io.sketchstream.query.index.ShardReader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Compares a batch of images with all standing queries.
///
/// 1. A matrix product finds the matches by likeness. Images that were ingested before the query
///    was created, or after it ended, do not count.
/// 2. For the rest, a search of the shard says which images it finds with the filter and the words
///    of the query, once for all queries with the same ones. So a match is an image that a search
///    would find now, by the same rules.
///
/// **Threads:** one at a time for each.
final class Matching {
  private final Watched watched;
  private final List<Arrival> images;
  private final ShardReader shard;
  private final Instant now;
  private final Map<String, Set<String>> found = new HashMap<>();
  private final List<Match> matches = new ArrayList<>();

  /// An image that a standing query matches.
  ///
  /// @param score as in a search; 0 for a query without likeness
  /// @param threshold that it reached; 0 for a query without likeness
  record Match(StandingEntry query, Arrival image, float score, float threshold) {}

  private Matching(Watched watched, List<Arrival> images, ShardReader shard, Instant now) {
    this.watched = watched;
    this.images = images;
    this.shard = shard;
    this.now = now;
  }

  /// @param images that searches see, or have seen
  static List<Match> of(Watched watched, List<Arrival> images, ShardReader shard, Instant now) {
    Matching matching = new Matching(watched, images, shard, now);
    matching.match();
    return matching.matches;
  }

  private void match() {
    watched
        .matrix()
        .above(
            images.stream().map(Arrival::vector).toList(),
            watched.thresholds(),
            (row, image, score) ->
                add(
                    new Match(
                        watched.drawn().get(row).entry(),
                        images.get(image),
                        score,
                        watched.thresholds()[row])));
    for (WatchedQuery query : watched.worded()) {
      images.forEach(image -> add(new Match(query.entry(), image, 0, 0)));
    }
  }

  private void add(Match match) {
    StandingEntry query = match.query();
    if (ImageFields.micros(match.image().ingestedAt()) >= query.createdMicros()
        && !query.isExpired(now)
        && found
            .computeIfAbsent(query.conditionsKey(), _ -> find(query))
            .contains(match.image().imageId())) {
      matches.add(match);
    }
  }

  private Set<String> find(StandingEntry query) {
    return shard.found(images.stream().map(Arrival::imageId).toList(), query.conditions());
  }
}
