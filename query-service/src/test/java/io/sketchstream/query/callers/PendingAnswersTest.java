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
  void limitsTheWaitersOfOneCaller() throws Exception {
    PendingAnswers sixteen = new PendingAnswers(16);
    enter(sixteen, "a", waiting("mallory"));
    enter(sixteen, "b", waiting("mallory"));
    SearchFailure refused =
        assertThrows(SearchFailure.class, () -> enter(sixteen, "c", waiting("mallory")));
    assertEquals(SearchErrorCode.OVERLOADED, refused.code());
    enter(sixteen, "d", waiting("ann"));
    sixteen.leave("a");
    enter(sixteen, "e", waiting("mallory"));
    assertThrows(SearchFailure.class, () -> enter(sixteen, "f", waiting("mallory")));
  }

  private static SearchQuery waiting(String caller) throws SearchFailure {
    ImagePosition after = ImagePosition.newBuilder().setOffset(7).build();
    SearchRequest request = SearchRequest.newBuilder().setK(1).addAfter(after).build();
    return SearchQuery.parse(request, Instant.EPOCH).from(caller);
  }

  private static void enter(PendingAnswers pending, String queryId, SearchQuery query)
      throws SearchFailure {
    CompletableFuture<SearchAnswered> _ = pending.enter(queryId, query, Duration.ofSeconds(5));
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
