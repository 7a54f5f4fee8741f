package io.sketchstream.events;

import static io.sketchstream.events.ModelState.ACTIVE;
import static io.sketchstream.events.ModelState.BACKFILLING;
import static io.sketchstream.events.ModelState.READY;
import static io.sketchstream.events.ModelState.REGISTERED;
import static io.sketchstream.events.ModelState.REJECTED;
import static io.sketchstream.events.ModelState.RETIRED;
import static io.sketchstream.events.ModelState.STANDBY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class GenerationsTest {
  private static final Set<ModelState> LIVE = EnumSet.of(BACKFILLING, READY, ACTIVE, STANDBY);
  private static final Set<ModelState> ENDED = EnumSet.of(RETIRED, REJECTED);

  /// Any client may write to `models`.
  @Test
  void isBounded() {
    Generations models = Generations.NONE.with("active", model("active", ACTIVE, 7));
    for (int i = 0; i < 1_500; i++) {
      models = models.with("over-" + i, model("over-" + i, REJECTED, 1));
    }
    assertEquals(1_000, models.models().size());
    for (int i = 0; i < 999; i++) {
      models = models.with("live-" + i, model("live-" + i, BACKFILLING, 0));
    }
    Generations full = models;
    assertThrows(
        IllegalArgumentException.class,
        () -> full.with("one-more", model("one-more", BACKFILLING, 0)));
    assertEquals("active", full.active().orElseThrow().getGeneration());
    ModelChanged large =
        model("large", REJECTED, 0).toBuilder().setReason("x".repeat(1 << 20)).build();
    assertThrows(IllegalArgumentException.class, () -> Generations.NONE.with("large", large));
  }

  /// The next activation must not have an epoch that is not valid.
  @Test
  void numbersAnewWhereAnEpochLeavesNoRoom() {
    Generations models =
        fold(
            model("g1", STANDBY, 4),
            model("g2", ACTIVE, 9),
            model("g3", ACTIVE, 9),
            model("g4", REGISTERED, 0),
            model("other", RETIRED, Generations.EPOCH_MAX));
    Generations view = models;
    for (ModelChanged change : models.renumbered()) {
      view = view.with(change.getGeneration(), change);
      assertEquals(models.active().get().getGeneration(), view.active().get().getGeneration());
    }
    assertEquals(List.of(1L, 2L, 2L, 0L, 3L), epochs(view));
    assertEquals(List.of(), view.renumbered());
    assertEquals(view, models.with(models.renumbered()));
  }

  private static List<Long> epochs(Generations view) {
    return view.models().values().stream().map(ModelChanged::getEpoch).toList();
  }

  @Test
  void followsTheStateTable() {
    for (ModelState state : ModelState.values()) {
      if (state == ModelState.UNRECOGNIZED) {
        continue;
      }
      Generations view = fold(model("g1", state, 1));
      Generation generation = new Generation("g1");
      assertEquals(LIVE.contains(state), view.isLive(generation), state + " live");
      assertEquals(LIVE.contains(state) ? Set.of(generation) : Set.of(), view.live());
      assertEquals(ENDED.contains(state) ? Set.of(generation) : Set.of(), view.ended());
      assertEquals(state == ACTIVE, view.active().isPresent(), state + " active");
      assertEquals(state == STANDBY, view.previous().isPresent(), state + " previous");
      assertEquals(state == BACKFILLING, view.isBackfilling(), state + " backfilling");
      assertEquals(state == BACKFILLING, view.isBackfilling(generation));
      assertTrue(view.find(generation).isPresent());
    }
  }

  @Test
  void neitherStartsNorDeletesAStateOfANewerRelease() {
    ModelChanged unknown = model("g1", ACTIVE, 1).toBuilder().setStateValue(99).build();
    Generations view = fold(unknown);
    assertEquals(Set.of(), view.live());
    assertEquals(Set.of(), view.ended());
    assertTrue(view.active().isEmpty());
    assertEquals(unknown, view.find(new Generation("g1")).orElseThrow());
  }

  @Test
  void picksTheHighestEpochAsActiveAndTheHighestStandbyAsPrevious() {
    Generations view =
        fold(
            model("g1", STANDBY, 1),
            model("g2", STANDBY, 2),
            model("g3", ACTIVE, 4),
            model("g4", ACTIVE, 3),
            model("g5", RETIRED, 9));
    assertEquals("g3", view.active().orElseThrow().getGeneration());
    assertEquals("g2", view.previous().orElseThrow().getGeneration());
    assertEquals(9, view.epoch());
  }

  @Test
  void ignoresTheOrderOfRecordsOfDifferentGenerations() {
    List<ModelChanged> changes =
        new ArrayList<>(
            List.of(
                model("g1", STANDBY, 3),
                model("g2", ACTIVE, 3),
                model("g3", ACTIVE, 3),
                model("g4", BACKFILLING, 0),
                model("g5", REJECTED, 0)));
    Generations expected = fold(changes.toArray(ModelChanged[]::new));
    assertEquals("g3", expected.active().orElseThrow().getGeneration());
    Random random = new Random(7);
    for (int i = 0; i < 50; i++) {
      Collections.shuffle(changes, random);
      Generations view = fold(changes.toArray(ModelChanged[]::new));
      assertEquals(expected, view);
      assertEquals(expected.active(), view.active());
      assertEquals(expected.hashCode(), view.hashCode());
    }
  }

  @Test
  void keepsTheLastRecordOfAGenerationAndRemovesItOnNull() {
    Generations view =
        fold(model("g1", BACKFILLING, 0), model("g1", ACTIVE, 1), model("g2", READY, 0));
    assertEquals(Set.of("g1", "g2"), ids(view.live()));
    Generations forgotten = view.with("g1", null);
    assertEquals(Set.of("g2"), ids(forgotten.live()));
    assertTrue(forgotten.active().isEmpty());
    assertFalse(forgotten.isLive(new Generation("g1")));
    assertEquals(Set.of(), ids(forgotten.ended()));
    assertEquals(Optional.empty(), forgotten.find(new Generation("g1")));
    assertEquals(forgotten, forgotten.with("g1", null));
    assertEquals(Set.of("g1", "g2"), ids(view.live()), "the former view changed");
  }

  @Test
  void listsGenerationsInAStateOldestFirst() {
    Generations view =
        fold(
            model("g1", REGISTERED, 0, "2026-01-03T00:00:00Z"),
            model("g2", REGISTERED, 0, "2026-01-01T00:00:00Z"),
            model("g3", REGISTERED, 0, "2026-01-01T00:00:00Z"));
    assertEquals(
        List.of("g2", "g3", "g1"),
        view.in(REGISTERED).stream().map(ModelChanged::getGeneration).toList());
  }

  @Test
  void acceptsExtremeTimes() {
    Timestamp hostile =
        Timestamp.newBuilder().setSeconds(Long.MAX_VALUE).setNanos(Integer.MIN_VALUE).build();
    Generations view =
        fold(
            model("g1", REGISTERED, 0).toBuilder().setChangedAt(hostile).build(),
            model("g2", REGISTERED, 0));
    assertEquals(
        List.of("g2", "g1"),
        view.in(REGISTERED).stream().map(ModelChanged::getGeneration).toList());
  }

  @Test
  void refusesAnInvalidRecordWithTheReason() {
    ModelChanged good = model("g1", ACTIVE, 1);
    refused("not its key", "g2", good);
    refused("must match", "G 1", good);
    refused("no key", null, good);
    refused("no key", null, null);
    refused("must match", "../g1", null);
    refused("epoch", "g1", good.toBuilder().setEpoch(-1).build());
    refused("epoch", "g1", good.toBuilder().setEpoch(Long.MAX_VALUE).build());
    refused("dimension", "g1", good.toBuilder().setDimension(-1).build());
    refused("dimension", "g1", good.toBuilder().setDimension(1 << 20).build());
    refused("held_out_share", "g1", good.toBuilder().setHeldOutShare(Double.NaN).build());
    refused("held_out_share", "g1", good.toBuilder().setHeldOutShare(-0.1).build());
  }

  private static void refused(String reason, String key, ModelChanged change) {
    Generations before = fold(model("g1", ACTIVE, 1));
    String message =
        assertThrows(IllegalArgumentException.class, () -> before.with(key, change)).getMessage();
    assertTrue(message.contains(reason), message);
    assertTrue(message.length() < 300, message);
  }

  private static Generations fold(ModelChanged... changes) {
    Generations view = Generations.NONE;
    for (ModelChanged change : changes) {
      view = view.with(change.getGeneration(), change);
    }
    return view;
  }

  private static ModelChanged model(String generation, ModelState state, long epoch) {
    return model(generation, state, epoch, "2026-01-02T00:00:00Z");
  }

  private static ModelChanged model(
      String generation, ModelState state, long epoch, String changedAt) {
    return ModelChanged.newBuilder()
        .setGeneration(generation)
        .setState(state)
        .setEpoch(epoch)
        .setChangedAt(Instants.timestamp(Instant.parse(changedAt)))
        .build();
  }

  private static Set<String> ids(Set<Generation> generations) {
    return generations.stream().map(Generation::id).collect(Collectors.toSet());
  }
}
