package io.sketchstream.query.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Timestamp;
import io.sketchstream.events.ImagePosition;
import io.sketchstream.events.SearchErrorCode;
import io.sketchstream.events.SearchRequest;
import java.time.Instant;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SearchQueryTest {
  private static final Instant LATEST = Instant.parse("2026-06-01T12:00:30Z");

  @Test
  void acceptsADeadlineBeforeTheLatest() throws Exception {
    assertEquals(LATEST.minusSeconds(10), deadline(LATEST.getEpochSecond() - 10, 0));
    assertEquals(LATEST, SearchQuery.parse(request().build(), LATEST).deadline());
  }

  /// The year 9999, milliseconds taken for seconds, and numbers that no time has.
  @ParameterizedTest
  @ValueSource(longs = {253_402_300_799L, 1_780_000_000_000L, Long.MAX_VALUE, 1_790_000_000L})
  void endsADeadlineThatIsFarAwayAtTheLatest(long seconds) throws Exception {
    assertEquals(LATEST, deadline(seconds, 0));
    assertEquals(LATEST, deadline(seconds, Integer.MAX_VALUE));
    assertEquals(LATEST, deadline(seconds, Integer.MIN_VALUE));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE})
  void takesADeadlineLongAgoAsPassed(long seconds) throws Exception {
    assertTrue(deadline(seconds, -1).isBefore(LATEST.minusSeconds(1_000_000)));
  }

  @Test
  void refusesValuesOutOfBoundsByName() {
    refuses("k is 0, not 1 to 1000", request().setK(0));
    refuses("k is 1001", request().setK(1001));
    refuses("k is -1", request().setK(-1));
    refuses("facets is 101", request().setFacets(101));
    refuses("text: the length is 501", request().setText("x".repeat(501)));
    refuses("text '!!!' has no word to look for", request().setText("!!!"));
    refuses("longer than 4096 characters", request().setFilter("x".repeat(1 << 20)));
    refuses("search_after: the length", request().setSearchAfter("x".repeat(1 << 20)));
    refuses("not the next of a page", request().setSearchAfter("nonsense"));
    refuses(
        "after: the number of positions",
        request().addAllAfter(Collections.nCopies(5_000, ImagePosition.getDefaultInstance())));
  }

  private static void refuses(String reason, SearchRequest.Builder request) {
    SearchFailure failure =
        assertThrows(SearchFailure.class, () -> SearchQuery.parse(request.build(), LATEST));
    assertEquals(SearchErrorCode.BAD_REQUEST, failure.code());
    assertTrue(failure.getMessage().contains(reason), failure.getMessage());
    assertTrue(failure.getMessage().length() < 5_000, "the reason is short");
  }

  private static Instant deadline(long seconds, int nanos) throws SearchFailure {
    Timestamp deadline = Timestamp.newBuilder().setSeconds(seconds).setNanos(nanos).build();
    return SearchQuery.parse(request().setDeadline(deadline).build(), LATEST).deadline();
  }

  private static SearchRequest.Builder request() {
    return SearchRequest.newBuilder().setK(10);
  }
}
