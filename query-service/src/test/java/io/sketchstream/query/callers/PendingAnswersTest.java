package io.sketchstream.query.callers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sketchstream.events.ImagePosition;
import io.sketchstream.events.SearchAnswered;
import io.sketchstream.events.SearchErrorCode;
import io.sketchstream.events.SearchRequest;
import io.sketchstream.query.search.SearchFailure;
import io.sketchstream.query.search.SearchQuery;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

final class PendingAnswersTest {
  private final PendingAnswers pending = new PendingAnswers(2);

  @Test
  void admitsAsManyAsMayWait() throws Exception {
    enter("a");
    enter("b");
    SearchFailure refused = assertThrows(SearchFailure.class, () -> enter("c"));
    assertEquals(SearchErrorCode.OVERLOADED, refused.code());
    pending.leave("a");
    pending.leave("a");
    enter("c");
    assertThrows(SearchFailure.class, () -> enter("d"));
    assertEquals(2, pending.count());
  }

  private CompletableFuture<SearchAnswered> enter(String queryId) throws SearchFailure {
    return enter(pending, queryId, false);
  }

  private static CompletableFuture<SearchAnswered> enter(
      PendingAnswers pending, String queryId, boolean waits) throws SearchFailure {
    SearchRequest.Builder request = SearchRequest.newBuilder().setK(1);
    if (waits) {
      request.addAfter(ImagePosition.newBuilder().setOffset(7));
    }
    return pending.enter(
        queryId, SearchQuery.parse(request.build(), Instant.EPOCH), Duration.ofSeconds(5));
  }

  @Test
  void limitsWaitersForAWriteToHalfOfThePlaces() throws Exception {
    PendingAnswers four = new PendingAnswers(4);
    enter(four, "a", true);
    enter(four, "b", true);
    SearchFailure refused = assertThrows(SearchFailure.class, () -> enter(four, "c", true));
    assertEquals(SearchErrorCode.OVERLOADED, refused.code());
    enter(four, "d", false);
    enter(four, "e", false);
    assertThrows(SearchFailure.class, () -> enter(four, "f", false));
    four.leave("a");
    enter(four, "g", true);
  }

  @Test
  void failsAllWaitersWhenItStops() throws Exception {
    CompletableFuture<SearchAnswered> waiting = enter("a");
    pending.stop();
    ExecutionException ended = assertThrows(ExecutionException.class, waiting::get);
    assertEquals(
        SearchErrorCode.UNAVAILABLE,
        assertInstanceOf(SearchFailure.class, ended.getCause()).code());
    SearchFailure late = assertThrows(SearchFailure.class, () -> enter("b"));
    assertEquals(SearchErrorCode.UNAVAILABLE, late.code());
  }
}
