package io.sketchstream.query.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sketchstream.events.SearchErrorCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

final class PendingAnswersTest {
  private final PendingAnswers pending = new PendingAnswers(2);

  @Test
  void letsInAsManyAsMayWait() throws Exception {
    pending.enter("a");
    pending.enter("b");
    SearchFailure refused = assertThrows(SearchFailure.class, () -> pending.enter("c"));
    assertEquals(SearchErrorCode.OVERLOADED, refused.code());
    pending.leave("a");
    pending.leave("a");
    pending.enter("c");
    assertThrows(SearchFailure.class, () -> pending.enter("d"));
    assertEquals(2, pending.count());
  }

  @Test
  void sendsEverybodyHomeWhenItStops() throws Exception {
    CompletableFuture<Reply> waiting = pending.enter("a");
    pending.stop();
    ExecutionException ended = assertThrows(ExecutionException.class, waiting::get);
    assertEquals(
        SearchErrorCode.UNAVAILABLE,
        assertInstanceOf(SearchFailure.class, ended.getCause()).code());
    SearchFailure late = assertThrows(SearchFailure.class, () -> pending.enter("b"));
    assertEquals(SearchErrorCode.UNAVAILABLE, late.code());
  }
}
