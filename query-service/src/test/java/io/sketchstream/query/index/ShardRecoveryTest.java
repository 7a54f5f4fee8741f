package io.sketchstream.query.index;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

/// What is left of a shard after a restart, a crash or another topic.
final class ShardRecoveryTest extends ShardStoreFixture {
  /// After a crash embed answers the last images again. A removed one is there until its removal
  /// comes by once more, and who waits for that must not see it.
  @Test
  void reportsThePositionOfTheLastReplayedRecord() throws Exception {
    ShardStore store = open(directory);
    put(store, 0, "a", axis(0));
    remove(store, 1, "a");
    put(store, 2, "b", axis(1));
    assertTrue(visible(store, 2));
    byte[] again = Vectors.event("a", axis(0)).toByteArray();
    store.apply(new EmbeddingRecord("a".getBytes(UTF_8), again, headers(0), 3, 0));
    assertTrue(visible(store, 0));
    assertFalse(store.awaitVisible(1, 0));
    store.apply(new EmbeddingRecord("a".getBytes(UTF_8), null, headers(1), 4, 0));
    assertTrue(visible(store, 1));
    assertEquals(List.of("b"), ids(search(store, axis(0), 10)));
    assertFalse(store.awaitVisible(2, 0));
    store.commit(Map.of(CHANGELOG, 5L));
    store.close();
    ShardStore reopened = open(directory);
    assertFalse(reopened.awaitVisible(2, 0));
    put(reopened, 5, "c", axis(2));
    assertTrue(visible(reopened, 5));
  }

  /// A search that was promised a write may begin at one copy and end at the next, which does not
  /// have it yet.
  @Test
  void isDistinguishedFromItsFormerCopyByItsRetreatNumber() throws Exception {
    ShardStore store = open(directory);
    put(store, 0, "a", axis(0));
    long first = store.lastRetreat();
    assertTrue(visible(store, 0));
    assertEquals(first, store.lastRetreat());
    store.close();
    ShardStore reopened = open(directory);
    assertNotEquals(first, reopened.lastRetreat());
  }

  /// Its documents lack what today's have.
  @Test
  void startsEmptyWithAnOlderFormat() throws Exception {
    try (ImageIndex old =
        ImageIndex.open(
            directory.resolve("0_0").resolve(IndexTopology.SHARD),
            IndexOptions.defaults(),
            () -> false)) {
      old.put("old", axis(0), Vectors.event("old", axis(0)));
      old.commit(
          Map.of("offset:" + CHANGELOG, "1", "topic-id", topicId, "dimension", "" + DIMENSION));
    }
    ShardStore again = open(directory);
    assertNull(again.committedOffset(CHANGELOG), "everything is to be restored");
    put(again, 0, "a", axis(0));
    assertTrue(visible(again, 0));
    assertEquals(List.of("a"), ids(search(again, axis(0), 10)));
  }

  @Test
  void keepsCommittedImagesAndPositions() throws Exception {
    ShardStore store = open(directory);
    assertNull(store.committedOffset(CHANGELOG));
    put(store, 0, "a", axis(0));
    store.commit(Map.of(CHANGELOG, 1L));
    put(store, 1, "b", axis(1));
    store.close();

    ShardStore again = open(directory);
    assertEquals(1L, again.committedOffset(CHANGELOG));
    assertTrue(again.awaitVisible(0, 0), "committed images are visible at once");
    assertFalse(again.awaitVisible(1, 1_000_000));
    assertEquals(List.of("a"), ids(search(again, axis(0), 10)));
  }

  @Test
  void replaysOnlyTheTailAfterACrash() throws Exception {
    ShardStore store = open(directory);
    for (int i = 0; i < 200; i++) {
      put(store, i, "i" + i, random(i));
    }
    store.commit(Map.of(CHANGELOG, 199L));
    put(store, 200, "late", random(200));
    Path crashed = directory.resolveSibling(directory.getFileName() + "-crash");
    StateFiles.copy(directory, crashed);

    ShardStore again = open(crashed);
    assertEquals(199L, again.committedOffset(CHANGELOG));
    put(again, 199, "i199", random(199));
    put(again, 200, "late", random(200));
    assertTrue(visible(again, 200));
    assertEquals(201, again.status().orElseThrow().documents());
  }

  @Test
  void startsEmptyWithDamagedFiles() throws Exception {
    ShardStore store = open(directory);
    put(store, 0, "a", axis(0));
    store.commit(Map.of(CHANGELOG, 1L));
    store.close();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file :
          files.filter(f -> f.getFileName().toString().startsWith("segments_")).toList()) {
        Files.write(file, new byte[] {1, 2, 3});
      }
    }
    ShardStore again = open(directory);
    assertNull(again.committedOffset(CHANGELOG), "everything is to be restored");
    assertEquals(0, again.status().orElseThrow().documents());
  }

  @Test
  void skipsACommitThatChangesNothing() {
    ShardStore store = open(directory);
    put(store, 0, "a", axis(0));
    store.commit(Map.of(CHANGELOG, 1L));
    Instant first = store.status().orElseThrow().lastCommit();
    store.commit(Map.of(CHANGELOG, 1L));
    assertEquals(first, store.status().orElseThrow().lastCommit());
  }

  @Test
  void forgetsOffsetsAsKafkaStreamsAsks() {
    ShardStore store = open(directory);
    put(store, 0, "a", axis(0));
    store.commit(Map.of(CHANGELOG, 1L));
    Map<TopicPartition, Long> forget = new HashMap<>();
    forget.put(CHANGELOG, null);
    store.commit(forget);
    assertNull(store.committedOffset(CHANGELOG));
  }

  /// Else what was removed before the topic is read again would stay forever.
  @Test
  void startsEmptyWhenAskedToStartOver() throws Exception {
    ShardStore store = open(directory);
    put(store, 0, "a", axis(0));
    store.commit(Map.of(CHANGELOG, 1L));
    store.commit(Map.of());
    store.close();
    ShardStore again = open(directory);
    assertEquals(0, again.status().orElseThrow().documents());
    assertFalse(again.awaitVisible(0, 0));
    put(again, 0, "b", axis(1));
    assertTrue(visible(again, 0));
    assertEquals(List.of("b"), ids(search(again, axis(0), 10)));
  }

  @Test
  void startsEmptyWhenItsTopicWasRecreated() throws Exception {
    ShardStore store = open(directory);
    put(store, 0, "a", axis(0));
    put(store, 1, "b", axis(1));
    store.commit(Map.of(CHANGELOG, 2L));
    store.close();
    topicId = "second";
    ShardStore again = open(directory);
    assertNull(again.committedOffset(CHANGELOG), "everything is to be restored");
    put(again, 0, "c", new float[] {0, 1});
    again.commit(Map.of(CHANGELOG, 1L));
    again.close();
    ShardStore last = open(directory);
    assertEquals(1L, last.committedOffset(CHANGELOG));
    assertEquals(List.of("c"), ids(search(last, new float[] {0, 1}, 10)));
  }

  @Test
  void restoresTheSameAsItWouldHaveProcessed() throws Exception {
    SplittableRandom random = new SplittableRandom(SEED);
    ShardStore processed = open(directory.resolve("processed"));
    ShardStore restored = open(directory.resolve("restored"));
    List<ConsumerRecord<byte[], byte[]>> batch = new ArrayList<>();
    for (int offset = 0; offset < 600; offset++) {
      String id = "i" + random.nextInt(200);
      byte[] value =
          random.nextInt(4) == 0 ? null : Vectors.event(id, random(random.nextInt())).toByteArray();
      apply(processed, offset, id, value);
      batch.add(record(offset, id, value));
    }
    restores.get(restored).restoreBatch(batch);
    assertTrue(visible(processed, 599) && visible(restored, 599));
    assertEquals(
        processed.status().orElseThrow().documents(), restored.status().orElseThrow().documents());
    for (int i = 0; i < 20; i++) {
      float[] query = random(random.nextInt());
      assertEquals(search(processed, query, 200), search(restored, query, 200), "seed " + SEED);
    }
  }

  private static ConsumerRecord<byte[], byte[]> record(long offset, String id, byte[] value) {
    return new ConsumerRecord<>(
        CHANGELOG.topic(),
        CHANGELOG.partition(),
        offset,
        System.currentTimeMillis(),
        TimestampType.CREATE_TIME,
        0,
        0,
        id.getBytes(UTF_8),
        value,
        headers(offset),
        Optional.empty());
  }
}
