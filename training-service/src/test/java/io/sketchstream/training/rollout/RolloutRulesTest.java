package io.sketchstream.training.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.events.Generation;
import io.sketchstream.events.Generations;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelOrigin;
import io.sketchstream.events.ModelState;
import io.sketchstream.trainer.data.HeldOutExamples;
import io.sketchstream.training.leadership.CommandRefusedException;
import io.sketchstream.training.leadership.CommandRefusedException.Kind;
import io.sketchstream.training.rollout.RolloutCommand.Activate;
import io.sketchstream.training.rollout.RolloutCommand.ActivateReady;
import io.sketchstream.training.rollout.RolloutCommand.BeginNext;
import io.sketchstream.training.rollout.RolloutCommand.MarkReady;
import io.sketchstream.training.rollout.RolloutCommand.Pause;
import io.sketchstream.training.rollout.RolloutCommand.Register;
import io.sketchstream.training.rollout.RolloutCommand.Reject;
import io.sketchstream.training.rollout.RolloutCommand.RollBack;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RolloutRulesTest {
  private long seconds;
  private final RolloutRules rules = new RolloutRules(() -> Instant.ofEpochSecond(seconds++));
  private Generations state = Generations.NONE;

  static StoredModel model(String generation) {
    return new StoredModel(
        new Generation(generation),
        "sha-" + generation,
        URI.create("file:///store/" + generation),
        "network",
        8,
        Map.of("recallAt10", 0.5),
        new HeldOutExamples(0.2));
  }

  @Test
  void activatesTheFirstModelAtOnce() {
    register("g1");
    assertStates(Map.of("g1", ModelState.ACTIVE));
    assertEquals(1, state.find("g1").orElseThrow().getEpoch());
    assertEquals(0.5, state.find("g1").orElseThrow().getMetricsMap().get("recallAt10"));
  }

  /// Any client may write to `models`.
  @Test
  void activatesAlsoAfterTheHighestEpochThereIs() {
    register("g1");
    apply(change(new Register(model("g2"), Map.of(), "from labels", ModelOrigin.TRAINED)));
    ModelChanged foreign =
        state.find("g1").orElseThrow().toBuilder().setGeneration("x").setEpoch(1L << 53).build();
    apply(List.of(foreign));
    assertEquals("x", state.active().orElseThrow().getGeneration());
    apply(change(new ActivateReady(state.find("g2").orElseThrow(), "ready")));
    assertEquals("g2", state.active().orElseThrow().getGeneration());
    assertEquals("x", state.previous().orElseThrow().getGeneration());
    apply(change(new Reject("g2", "worse")));
    assertEquals("x", state.active().orElseThrow().getGeneration());
  }

  @Test
  void keepsTheTimeOfRegistration() {
    apply(change(new Register(model("g1"), Map.of(), "release 1", ModelOrigin.SHIPPED)));
    ModelChanged first = state.find("g1").orElseThrow();
    assertTrue(first.hasRegisteredAt());
    apply(change(new Register(model("g2"), Map.of(), "from labels", ModelOrigin.TRAINED)));
    apply(change(new ActivateReady(state.find("g2").orElseThrow(), "ready")));
    assertEquals(ModelState.STANDBY, state.find("g1").orElseThrow().getState());
    assertEquals(first.getRegisteredAt(), state.find("g1").orElseThrow().getRegisteredAt());
  }

  @Test
  void doesNotReplaceATrainedOrNamedModelByARelease() {
    assertTrue(RolloutRules.mayShippedModelReplace(state));
    apply(change(new Register(model("g1"), Map.of(), "release 1", ModelOrigin.SHIPPED)));
    assertTrue(RolloutRules.mayShippedModelReplace(state));
    apply(change(new Register(model("g2"), Map.of(), "from labels", ModelOrigin.TRAINED)));
    apply(change(new ActivateReady(state.find("g2").orElseThrow(), "ready")));
    assertFalse(RolloutRules.mayShippedModelReplace(state));
    apply(change(new Register(model("g3"), Map.of(), "--model", ModelOrigin.CONFIGURED)));
    apply(change(new ActivateReady(state.find("g3").orElseThrow(), "ready")));
    assertFalse(RolloutRules.mayShippedModelReplace(state));
  }

  @Test
  void leavesAKnownModelUnchanged() {
    register("g1");
    assertEquals(List.of(), change(register("g1", "again")));
    rollOut("g2");
    assertEquals(List.of(), change(register("g1", "again")));
    assertStates(Map.of("g1", ModelState.STANDBY, "g2", ModelState.ACTIVE));
  }

  @Test
  void keepsOneGenerationForARollback() {
    register("g1");
    rollOut("g2");
    rollOut("g3");
    assertStates(
        Map.of("g1", ModelState.RETIRED, "g2", ModelState.STANDBY, "g3", ModelState.ACTIVE));
    apply(change(new RollBack("worse")));
    assertStates(
        Map.of("g1", ModelState.RETIRED, "g2", ModelState.ACTIVE, "g3", ModelState.STANDBY));
    assertEquals(4, state.find("g2").orElseThrow().getEpoch());
    apply(change(new RollBack("better after all")));
    assertEquals("g3", state.active().orElseThrow().getGeneration());
  }

  @Test
  void rollsOutOneGenerationAtATime() {
    register("g1");
    register("g2");
    register("g3");
    apply(change(new BeginNext()));
    assertEquals(List.of(), change(new BeginNext()));
    assertStates(
        Map.of("g1", ModelState.ACTIVE, "g2", ModelState.BACKFILLING, "g3", ModelState.REGISTERED));
  }

  @Test
  void bringsARetiredGenerationBackThroughABackfill() {
    register("g1");
    rollOut("g2");
    rollOut("g3");
    apply(change(new Activate("g1")));
    assertEquals(ModelState.BACKFILLING, state.find("g1").orElseThrow().getState());
    assertEquals("g3", state.active().orElseThrow().getGeneration());
  }

  @Test
  void putsNewModelsOnProbationAndNoRollbacks() {
    register("g1");
    assertFalse(state.find("g1").orElseThrow().getProbation());
    rollOut("g2");
    assertTrue(state.find("g2").orElseThrow().getProbation());
    apply(change(new RollBack("by hand")));
    assertFalse(state.find("g1").orElseThrow().getProbation());
    assertFalse(state.find("g2").orElseThrow().getProbation());
  }

  @Test
  void pausesAndResumesOnlyABackfill() {
    register("g1");
    assertRefused(Kind.CONFLICT, () -> change(new Pause("g1", true, "x")));
    assertRefused(Kind.UNKNOWN, () -> change(new Pause("g9", true, "x")));
    register("g2");
    apply(change(new BeginNext()));
    apply(change(new Pause("g2", true, "peak hour")));
    assertTrue(state.find("g2").orElseThrow().getPaused());
    assertEquals("peak hour", state.find("g2").orElseThrow().getReason());
    assertEquals(List.of(), change(new Pause("g2", true, "again")));
    apply(change(new Pause("g2", false, "over")));
    assertFalse(state.find("g2").orElseThrow().getPaused());
    apply(change(new Pause("g2", true, "once more")));
    apply(change(new Reject("g2", "no")));
    assertFalse(state.find("g2").orElseThrow().getPaused());
  }

  @Test
  void rejectsTheActiveModelInFavourOfThePrevious() {
    register("g1");
    assertRefused(Kind.CONFLICT, () -> change(new Reject("g1", "bad")));
    rollOut("g2");
    apply(change(new Reject("g2", "bad")));
    assertStates(Map.of("g1", ModelState.ACTIVE, "g2", ModelState.REJECTED));
    assertRefused(Kind.CONFLICT, () -> change(new RollBack("no")));
    assertRefused(Kind.UNKNOWN, () -> change(new Activate("g9")));
    register("g2");
    assertEquals(ModelState.REJECTED, state.find("g2").orElseThrow().getState());
  }

  @Test
  void hasOneActiveGenerationAndAReasonThroughout() {
    for (int i = 1; i < 6; i++) {
      if (i == 1) {
        register("g1");
      } else {
        rollOut("g" + i);
      }
      assertEquals(1, state.in(ModelState.ACTIVE).size());
      assertTrue(state.in(ModelState.STANDBY).size() <= 1);
      assertTrue(state.models().values().stream().noneMatch(m -> m.getReason().isEmpty()));
    }
  }

  static Register register(String generation, String reason) {
    return new Register(model(generation), Map.of(), reason, ModelOrigin.MODEL_ORIGIN_UNSPECIFIED);
  }

  private List<ModelChanged> change(RolloutCommand command) {
    return rules.changes(state, command);
  }

  private void register(String generation) {
    apply(change(register(generation, "a test")));
  }

  private void rollOut(String generation) {
    register(generation);
    apply(change(new BeginNext()));
    apply(change(new MarkReady(state.find(generation).orElseThrow(), "a test")));
    apply(change(new ActivateReady(state.find(generation).orElseThrow(), "a test")));
  }

  private void apply(List<ModelChanged> changes) {
    for (ModelChanged change : changes) {
      state = state.with(change.getGeneration(), change);
    }
  }

  private void assertStates(Map<String, ModelState> expected) {
    expected.forEach(
        (id, expect) -> assertEquals(expect, state.find(id).orElseThrow().getState(), id));
    assertEquals(expected.size(), state.models().size());
  }

  private static void assertRefused(Kind kind, Runnable call) {
    assertEquals(kind, assertThrows(CommandRefusedException.class, call::run).kind());
  }
}
