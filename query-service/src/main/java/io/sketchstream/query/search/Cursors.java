package io.sketchstream.query.search;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sketchstream.events.Generation;
import io.sketchstream.events.Hit;
import io.sketchstream.events.SearchCursor;
import io.sketchstream.events.SearchErrorCode;
import io.sketchstream.events.SearchRequest;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// Pages of a ranking. A page begins after a cursor (score and image id), not after a number of
/// hits: so new images do not shift pages, and no image that was there is shown twice or left out.
/// A cursor is valid in the generation it was found in. If the sketch was expanded, it carries the
/// vector of the ranking.
final class Cursors {
  /// How far into a ranking pages may go.
  static final int DEPTH_MAX = 10_000;

  private Cursors() {}

  /// Where a page begins; empty for the first one.
  static Optional<SearchCursor> parse(SearchRequest request) throws SearchFailure {
    String text = request.getSearchAfter();
    if (text.isEmpty()) {
      return Optional.empty();
    }
    SearchCursor cursor = decode(text);
    if (!request.getText().isBlank()) {
      throw refusal("can't be used with text: a ranking by words has no scores to go on from");
    }
    if (cursor.getRank() + request.getK() > DEPTH_MAX) {
      throw refusal("goes beyond the first " + DEPTH_MAX + " hits");
    }
    return Optional.of(cursor);
  }

  /// Refuses a cursor that was found in another generation.
  static void check(SearchQuery query, Generation generation) throws SearchFailure {
    if (query.cursor().isPresent()
        && !query.cursor().get().getGeneration().equals(generation.id())) {
      throw refusal(
          "is of generation %s, and %s is searched now: begin at the first page"
              .formatted(query.cursor().get().getGeneration(), generation));
    }
  }

  /// The cursor after the last hit of a page; empty when there are no more hits.
  ///
  /// @param expanded the vector that the ranking is by, where that is not the query's own
  static String next(
      Generation generation, Optional<ExpandedVector> expanded, List<Hit> page, SearchQuery query) {
    int rank = query.cursor().map(SearchCursor::getRank).orElse(0) + page.size();
    if (page.size() < query.k() || rank >= DEPTH_MAX || query.withText()) {
      return "";
    }
    SearchCursor.Builder cursor =
        SearchCursor.newBuilder()
            .setGeneration(generation.id())
            .setScore(page.getLast().getScore())
            .setImageId(page.getLast().getImageId())
            .setRank(rank);
    expanded.ifPresent(vector -> cursor.setExpanded(vector.bytes()));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(cursor.build().toByteArray());
  }

  private static SearchCursor decode(String text) throws SearchFailure {
    try {
      SearchCursor cursor = SearchCursor.parseFrom(Base64.getUrlDecoder().decode(text));
      if (cursor.getRank() > 0 && cursor.getRank() <= DEPTH_MAX) {
        return cursor;
      }
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      // Refused below.
    }
    throw refusal("is '" + text + "', not the next of a page");
  }

  private static SearchFailure refusal(String reason) {
    return new SearchFailure(SearchErrorCode.BAD_REQUEST, "search_after " + reason);
  }
}
