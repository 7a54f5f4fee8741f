package io.sketchstream.query.callers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.events.ImagePosition;
import io.sketchstream.events.SearchRequest;
import io.sketchstream.events.SketchEmbedded;
import io.sketchstream.query.callers.PendingAnswers.Caller;
import io.sketchstream.query.callers.TakeoverQueue.Entry;
import io.sketchstream.query.search.SearchFailure;
import io.sketchstream.query.search.SearchQuery;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

final class TakeoverQueueTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private final TakeoverQueue queue = new TakeoverQueue(Duration.ZERO, 4, 2);

  @Test
  void takesNoMoreThanThereArePlacesAndDropsNone() throws Exception {
    Caller answered = add("a", false);
    add("b", false);
    add("c", false);
    add("d", false);
    answered.answer().complete(null);
    Entry b = queue.next(LONG).orElseThrow();
    Entry c = queue.next(LONG).orElseThrow();
    assertEquals("bc", b.queryId() + c.queryId());
    assertTrue(queue.next(Duration.ZERO).isEmpty());
    queue.leave(b);
    assertEquals("d", queue.next(LONG).map(Entry::queryId).orElse(""));
  }

  @Test
  void aSearchThatWaitsForAWriteKeepsNoOtherFromItsTurn() throws Exception {
    add("a", true);
    add("b", true);
    add("c", false);
    Entry a = queue.next(LONG).orElseThrow();
    Entry c = queue.next(LONG).orElseThrow();
    assertEquals("ac", a.queryId() + c.queryId());
    queue.leave(c);
    assertTrue(queue.next(Duration.ZERO).isEmpty());
    queue.leave(a);
    assertEquals("b", queue.next(LONG).map(Entry::queryId).orElse(""));
  }

  @Test
  void aSearchThatIsTakenOverIsNotTakenOverAgain() throws Exception {
    Caller caller = add("a", false);
    assertFalse(queue.wants("a"));
    Entry a = queue.next(LONG).orElseThrow();
    assertFalse(queue.wants("a"));
    add("a", caller);
    assertTrue(queue.next(Duration.ZERO).isEmpty());
    queue.leave(a);
    assertTrue(queue.wants("a"));
  }

  @Test
  void holdsNoMoreThanMayWait() throws Exception {
    TakeoverQueue later = new TakeoverQueue(LONG, 4, 2);
    PendingAnswers pending = new PendingAnswers(4);
    for (int i = 0; i < 100; i++) {
      String id = "q" + i;
      CompletableFuture<?> _ = pending.enter(id, query(false), LONG);
      later.add(id, pending.find(id).orElseThrow(), record(), SketchEmbedded.getDefaultInstance());
      pending.leave(id);
      assertTrue(later.size() <= 4, later.size() + " are held");
    }
    assertEquals(Optional.empty(), later.next(Duration.ZERO));
  }

  private Caller add(String queryId, boolean waits) throws SearchFailure {
    Caller caller = new Caller(query(waits), new CompletableFuture<>());
    add(queryId, caller);
    return caller;
  }

  private void add(String queryId, Caller caller) {
    queue.add(queryId, caller, record(), SketchEmbedded.getDefaultInstance());
  }

  private static ConsumerRecord<byte[], byte[]> record() {
    return new ConsumerRecord<>("sketch-embeddings", 0, 0, new byte[0], new byte[0]);
  }

  private static SearchQuery query(boolean waits) throws SearchFailure {
    SearchRequest.Builder request = SearchRequest.newBuilder().setK(1);
    if (waits) {
      request.addAfter(ImagePosition.newBuilder().setOffset(7));
    }
    return SearchQuery.parse(request.build(), Instant.EPOCH);
  }
}
