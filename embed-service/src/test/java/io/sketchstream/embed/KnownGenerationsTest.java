package io.sketchstream.embed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.events.Generation;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelState;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class KnownGenerationsTest {
  @Test
  void feedsAllThatMayBeSearchedAndAnswersWithTheLastActivated() {
    KnownGenerations known = KnownGenerations.NONE;
    assertEquals(Optional.empty(), known.active());
    assertFalse(known.isBackfilling());
    for (ModelState state : ModelState.values()) {
      if (state != ModelState.UNRECOGNIZED) {
        known = known.with(name(state), change(state, 1));
      }
    }
    assertTrue(known.isBackfilling());
    known = known.with("newer", change(ModelState.ACTIVE, 2));
    assertEquals(
        Set.of("backfilling", "ready", "active", "standby", "newer"),
        Set.copyOf(known.live().keySet().stream().map(Generation::id).toList()));
    assertEquals(
        Set.of(change(ModelState.RETIRED, 1), change(ModelState.REJECTED, 1)),
        Set.copyOf(known.over()));
    assertEquals(Optional.of(new Generation("newer")), known.active());
    assertEquals(Optional.of(new Generation("active")), known.with("newer", null).active());
  }

  private static String name(ModelState state) {
    return state.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static ModelChanged change(ModelState state, long epoch) {
    return ModelChanged.newBuilder().setState(state).setEpoch(epoch).build();
  }
}
