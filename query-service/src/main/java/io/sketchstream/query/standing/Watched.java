package io.sketchstream.query.standing;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// All standing queries of a generation at one moment, with their thresholds.
///
/// @param drawn queries with a vector, in the order of the rows
/// @param thresholds one for each row
/// @param worded queries by filter and text alone
/// @param byId all of them
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record Watched(
    List<WatchedQuery> drawn,
    QueryMatrix matrix,
    float[] thresholds,
    List<WatchedQuery> worded,
    Map<String, WatchedQuery> byId) {
  static final Watched NONE = of(List.of());

  static Watched of(List<WatchedQuery> queries) {
    List<WatchedQuery> drawn =
        queries.stream()
            .filter(query -> query.isDrawn() && !Float.isNaN(query.threshold()))
            .toList();
    float[] thresholds = new float[drawn.size()];
    for (int i = 0; i < thresholds.length; i++) {
      thresholds[i] = drawn.get(i).threshold();
    }
    return new Watched(
        drawn,
        new QueryMatrix(
            drawn.stream().map(WatchedQuery::vector).toList(),
            drawn.stream().map(WatchedQuery::rounded).toList()),
        thresholds,
        queries.stream().filter(query -> !query.isDrawn()).toList(),
        queries.stream().collect(Collectors.toMap(query -> query.entry().id(), query -> query)));
  }

  boolean isEmpty() {
    return drawn.isEmpty() && worded.isEmpty();
  }
}
