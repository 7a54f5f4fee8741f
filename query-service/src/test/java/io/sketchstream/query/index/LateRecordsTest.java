package io.sketchstream.query.index;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.events.EventHeaders;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// An instance of embed that lost a partition to another one writes to it late. The owner answers
/// those images again, but searches must not see the late records until then.
final class LateRecordsTest extends ShardStoreFixture {
  private static final long FORMER = 1;
  private static final long OWNER = 2;

  private ShardStore store;
  private long next;

  @BeforeEach
  void fill() throws Exception {
    store = open(directory);
    put(FORMER, 100, "removed");
    remove(OWNER, 150, "removed");
    assertTrue(visible(store, 150));
  }

  @Test
  void aSearchWithATokenSeesNothingOfThem() throws Exception {
    put(FORMER, 100, "removed");
    assertTrue(store.awaitVisible(150, 0), "it has not gone back");
    put(OWNER, 151, "new");
    assertTrue(visible(store, 151));
    assertEquals(List.of("new"), found());
    assertEquals(next - 1, store.status().orElseThrow().embeddingsOffset());
  }

  @Test
  void aLateRemovalRemovesNothing() throws Exception {
    put(OWNER, 151, "again");
    remove(FORMER, 101, "again");
    put(OWNER, 152, "other");
    assertTrue(visible(store, 152));
    assertEquals(List.of("again", "other"), found().stream().sorted().toList());
  }

  @Test
  void theyAreToldAfterARestart() throws Exception {
    store.commit(Map.of(CHANGELOG, next));
    store.close();
    store = open(directory);
    put(FORMER, 100, "removed");
    put(OWNER, 151, "new");
    assertTrue(visible(store, 151));
    assertEquals(List.of("new"), found());
  }

  @Test
  void theyMoveTheShardOnInTheTopic() {
    store.commit(Map.of(CHANGELOG, next));
    put(FORMER, 100, "removed");
    store.commit(Map.of(CHANGELOG, next));
    assertEquals(next, store.committedOffset(CHANGELOG));
  }

  @Test
  void theNextOwnerAnswersAnew() throws Exception {
    put(OWNER + 1, 120, "anew");
    assertFalse(store.awaitVisible(150, 0), "what the owner answers again goes back");
    put(OWNER + 1, 150, "last");
    assertTrue(visible(store, 150));
    assertEquals(List.of("anew", "last"), found().stream().sorted().toList());
  }

  @Test
  void termsBeginAgainInANewTopic() throws Exception {
    store.commit(Map.of(CHANGELOG, next));
    store.close();
    topicId = "second";
    store = open(directory);
    next = 0;
    put(FORMER, 0, "first of it");
    assertTrue(visible(store, 0));
    assertEquals(List.of("first of it"), found());
  }

  /// As if it had none; else nothing would be applied any more.
  @Test
  void aTermThatNoOwnerCanHaveCountsForNothing() throws Exception {
    put(Long.MAX_VALUE, 151, "wrong");
    put(-1, 152, "wrong too");
    put(OWNER, 153, "right");
    put(FORMER, 100, "removed");
    assertTrue(visible(store, 153));
    assertEquals(List.of("right", "wrong", "wrong too"), found().stream().sorted().toList());
  }

  /// Written by a version that had no terms.
  @Test
  void aRecordWithoutATermCounts() throws Exception {
    Headers headers = headers(151);
    byte[] value = Vectors.event("without", axis(0)).toByteArray();
    store.apply(new EmbeddingRecord("without".getBytes(UTF_8), value, headers, next++, 0));
    assertTrue(visible(store, 151));
    assertEquals(List.of("without"), found());
  }

  private void put(long term, long imagesOffset, String id) {
    write(term, imagesOffset, id, Vectors.event(id, axis(0)).toByteArray());
  }

  private void remove(long term, long imagesOffset, String id) {
    write(term, imagesOffset, id, null);
  }

  private void write(long term, long imagesOffset, String id, byte[] value) {
    Headers headers = headers(imagesOffset);
    EventHeaders.setTerm(headers, term);
    store.apply(
        new EmbeddingRecord(
            id.getBytes(UTF_8), value, headers, next++, System.currentTimeMillis()));
  }

  private List<String> found() {
    return ids(search(store, axis(0), 10));
  }
}
