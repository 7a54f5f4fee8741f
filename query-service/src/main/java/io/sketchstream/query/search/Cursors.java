package io.sketchstream.query.search;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sketchstream.events.Generation;
import io.sketchstream.events.Hit;
import io.sketchstream.events.SearchCursor;
import io.sketchstream.events.SearchErrorCode;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// Pages of a ranking. A page begins after a place (score and image id), not after a number of
/// hits: images that come in meanwhile shift no page, so that no image that was there is shown
/// twice or left out. A place holds in the generation it was found in.
final class Cursors {
  /// How far into a ranking pages may go.
  static final int DEPTH_MAX = 10_000;

  private Cursors() {}

  /// Where a page begins; empty for the first one.
  static Optional<SearchCursor> parse(Question question, Generation generation)
      throws SearchFailure {
    String text = question.page().searchAfter();
    if (text.isEmpty()) {
      return Optional.empty();
    }
    SearchCursor cursor = decode(text);
    if (!question.text().isBlank()) {
      throw refusal("goes with no text: a ranking by words has no scores to go on from");
    }
    if (!cursor.getGeneration().equals(generation.id())) {
      throw refusal(
          "is of generation %s, and %s is searched now: begin at the first page"
              .formatted(cursor.getGeneration(), generation));
    }
    if (cursor.getRank() + question.page().k() > DEPTH_MAX) {
      throw refusal("goes beyond the first " + DEPTH_MAX + " hits");
    }
    return Optional.of(cursor);
  }

  /// The place after the last hit of a page; empty when there is nothing behind it.
  static String next(
      Generation generation, List<Hit> page, Question question, Optional<SearchCursor> before) {
    int rank = before.map(SearchCursor::getRank).orElse(0) + page.size();
    boolean last =
        page.size() < question.page().k() || rank >= DEPTH_MAX || !question.text().isBlank();
    return last
        ? ""
        : Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(
                SearchCursor.newBuilder()
                    .setGeneration(generation.id())
                    .setScore(page.getLast().getScore())
                    .setImageId(page.getLast().getImageId())
                    .setRank(rank)
                    .build()
                    .toByteArray());
  }

  private static SearchCursor decode(String text) throws SearchFailure {
    try {
      SearchCursor cursor = SearchCursor.parseFrom(Base64.getUrlDecoder().decode(text));
      if (cursor.getRank() > 0 && cursor.getRank() <= DEPTH_MAX) {
        return cursor;
      }
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      // Told below.
    }
    throw refusal("is '" + text + "', which no answer gave as next");
  }

  private static SearchFailure refusal(String reason) {
    return new SearchFailure(SearchErrorCode.BAD_REQUEST, "search_after " + reason);
  }
}
