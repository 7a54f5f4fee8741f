package io.sketchstream.query.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A shard that was away, or stays open but hears nothing because its process is paused or cut off,
/// for longer than the topic keeps tombstones for sure.
final class StaleShardTest extends ShardStoreFixture {
  private static final Duration TOO_LONG = Duration.ofDays(16);

  private ShardStore store;

  @BeforeEach
  void fill() throws Exception {
    store = open(directory);
    put(store, 0, "removed meanwhile", axis(0));
    put(store, 1, "kept", axis(1));
    store.restored();
    store.commit(Map.of(CHANGELOG, 2L));
  }

  @Test
  void acceptsNoRecordAfterAGapAndReopensEmpty() {
    later = TOO_LONG;
    store.commit(Map.of(CHANGELOG, 2L)); // That nothing came says nothing.
    assertThrows(StaleShardException.class, () -> put(store, 9, "new", axis(2)));
    assertReopensEmpty();
  }

  @Test
  void continuesWithoutAGap() throws Exception {
    later = TOO_LONG;
    put(store, 2, "new", axis(2));
    assertTrue(visible(store, 2));
    assertTrue(store.answering());
  }

  @Test
  void continuesWhenItWasCurrentMeanwhile() throws Exception {
    later = TOO_LONG.minusDays(1);
    store.ended(2, System.currentTimeMillis() + later.toMillis());
    store.commit(Map.of(CHANGELOG, 2L));
    later = TOO_LONG;
    put(store, 9, "new", axis(2));
    assertTrue(visible(store, 9));
    store.close();
    assertEquals(2L, open(directory).committedOffset(CHANGELOG), "the commit says so as well");
  }

  @Test
  void stopsAnsweringWhenItIsNotRead() {
    long now = System.currentTimeMillis();
    store.ended(9, now);
    assertTrue(store.answering(), "it is behind, and not for long");
    later = TOO_LONG;
    store.ended(9, now + later.toMillis());
    assertFalse(store.answering());
    assertThrows(StaleShardException.class, store::requireFresh);
    assertReopensEmpty();
  }

  /// The topic may have dropped the tombstones of images that were removed meanwhile.
  @Test
  void isRebuiltAfterALongAbsence() throws Exception {
    for (int days : List.of(10, 20)) {
      Path kept = directory.resolve("away-" + days);
      later = Duration.ofDays(-days);
      ShardStore away = open(kept);
      put(away, 0, "a", axis(0));
      away.commit(Map.of(CHANGELOG, 1L));
      away.close();
      later = Duration.ZERO;
      ShardStore again = open(kept);
      boolean takenUp = days < 15;
      assertEquals(takenUp ? 1L : null, again.committedOffset(CHANGELOG), days + " days");
      assertEquals(takenUp ? List.of("a") : List.of(), ids(search(again, axis(0), 10)));
    }
  }

  /// A clock that was ahead when the shard was last complete says nothing of how long ago that was.
  @Test
  void isBuiltAnewWhenItsTimeIsInTheFuture() throws Exception {
    Path kept = directory.resolve("ahead");
    later = Duration.ofDays(60);
    ShardStore ahead = open(kept);
    ahead.ended(0, System.currentTimeMillis() + later.toMillis());
    put(ahead, 0, "removed meanwhile", axis(0));
    ahead.commit(Map.of(CHANGELOG, 1L));
    ahead.close();
    later = Duration.ZERO;
    assertNull(open(kept).committedOffset(CHANGELOG), "everything is to be restored");
  }

  /// As soon as it is known to be complete by the right clock, all is well.
  @Test
  void goesOnWhenItIsCompleteByTheRightClock() throws Exception {
    later = Duration.ofDays(60);
    store.ended(2, System.currentTimeMillis() + later.toMillis());
    later = Duration.ZERO;
    store.ended(2, System.currentTimeMillis());
    put(store, 9, "new", axis(2));
    assertTrue(visible(store, 9));
    store.commit(Map.of(CHANGELOG, 10L));
    store.close();
    assertEquals(10L, open(directory).committedOffset(CHANGELOG));
  }

  /// A gallery may be quiet for long.
  @Test
  void isReusedWhenThereWasNothingToRead() throws Exception {
    later = Duration.ofDays(-20);
    Path kept = directory.resolve("quiet");
    ShardStore quiet = open(kept);
    put(quiet, 0, "a", axis(0));
    quiet.commit(Map.of(CHANGELOG, 1L));
    later = Duration.ofDays(-1);
    quiet.ended(1, System.currentTimeMillis() + later.toMillis());
    quiet.commit(Map.of(CHANGELOG, 1L));
    quiet.close();
    later = Duration.ZERO;
    assertEquals(1L, open(kept).committedOffset(CHANGELOG));
  }

  private void assertReopensEmpty() {
    store.close();
    ShardStore again = open(directory);
    assertNull(again.committedOffset(CHANGELOG), "everything is to be restored");
    again.requireFresh();
    again.restored();
    assertTrue(again.answering());
    assertEquals(List.of(), ids(search(again, axis(0), 10)));
  }
}
