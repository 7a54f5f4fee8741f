package io.sketchstream.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.events.StandingQuota.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class StandingQuotaTest {
  private static final long SEED = Long.getLong("tests.seed", 23);
  private static final int COUNT_MAX = 4;
  private static final int IDS = 2 * COUNT_MAX; // No more than are kept and wait.

  @Test
  void keepsTheFirstUntilOneIsRemoved() {
    StandingQuota<String> quota = new StandingQuota<>(2);
    assertEquals(Outcome.KEPT, quota.add("a", "1"));
    assertTrue(quota.hasRoomFor("b"));
    assertEquals(Outcome.KEPT, quota.add("b", "2"));
    assertFalse(quota.hasRoomFor("c"));
    assertTrue(quota.hasRoomFor("a"));
    assertEquals(Outcome.WAITING, quota.add("c", "3"));
    assertEquals(Outcome.WAITING, quota.add("d", "4"));
    assertEquals(Outcome.IGNORED, quota.add("e", "5"));
    assertFalse(quota.hasRoomFor("a"), "it would come after those that wait");
    assertEquals(Optional.empty(), quota.remove("d"));
    assertEquals(Optional.of(Map.entry("c", "3")), quota.remove("a"));
    assertTrue(quota.keeps("c"));
    assertFalse(quota.keeps("a"));
  }

  /// One that has read every record, and one that has read what compaction left of them.
  @Test
  void everyReaderKeepsTheSame() {
    Random random = new Random(SEED);
    StandingQuota<Integer> live = new StandingQuota<>(COUNT_MAX);
    LinkedHashMap<String, Integer> compacted = new LinkedHashMap<>();
    for (int record = 0; record < 500; record++) {
      String id = "q" + random.nextInt(IDS);
      compacted.remove(id);
      Optional<Map.Entry<String, Integer>> _ = live.remove(id);
      if (random.nextInt(3) > 0) {
        compacted.put(id, record);
        Outcome _ = live.add(id, record);
      }
      StandingQuota<Integer> fresh = new StandingQuota<>(COUNT_MAX);
      compacted.forEach(fresh::add);
      assertEquals(kept(fresh), kept(live), "record " + record + ", seed " + SEED);
    }
  }

  private static List<String> kept(StandingQuota<Integer> quota) {
    List<String> kept = new ArrayList<>();
    for (int i = 0; i < IDS; i++) {
      if (quota.keeps("q" + i)) {
        kept.add("q" + i);
      }
    }
    return kept;
  }

  @Test
  void refusesANegativeMaximum() {
    assertThrows(IllegalArgumentException.class, () -> new StandingQuota<>(-1));
  }
}
