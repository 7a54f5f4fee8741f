package io.sketchstream.training.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.events.Generation;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelOrigin;
import io.sketchstream.events.ModelState;
import io.sketchstream.training.data.HeldOutClasses;
import io.sketchstream.training.rollout.RolloutRefusedException.Kind;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RolloutRulesTest {
  private long seconds;
  private final RolloutRules rules = new RolloutRules(() -> Instant.ofEpochSecond(seconds++));
  private RolloutState state = RolloutState.EMPTY;

  static StoredModel model(String generation) {
    return new StoredModel(
        new Generation(generation),
        "sha-" + generation,
        URI.create("file:///store/" + generation),
        "network",
        8,
        Map.of("recallAt10", 0.5),
        new HeldOutClasses(0.2));
  }

  @Test
  void activatesTheFirstModelAtOnce() {
    register("g1");
    assertStates(Map.of("g1", ModelState.ACTIVE));
    assertEquals(1, state.models().get("g1").getEpoch());
    assertEquals(0.5, state.models().get("g1").getMetricsMap().get("recallAt10"));
  }

  @Test
  void aReleaseReplacesNoModelThatWasTrainedOrNamedHere() {
    assertTrue(RolloutRules.mayShippedModelReplace(state));
    apply(rules.register(state, model("g1"), Map.of(), "release 1", ModelOrigin.SHIPPED));
    assertTrue(RolloutRules.mayShippedModelReplace(state));
    apply(rules.register(state, model("g2"), Map.of(), "from labels", ModelOrigin.TRAINED));
    apply(rules.activate(state, state.models().get("g2"), "ready"));
    assertFalse(RolloutRules.mayShippedModelReplace(state));
    apply(rules.register(state, model("g3"), Map.of(), "--model", ModelOrigin.CONFIGURED));
    apply(rules.activate(state, state.models().get("g3"), "ready"));
    assertFalse(RolloutRules.mayShippedModelReplace(state));
  }

  @Test
  void leavesAKnownModelAsItIs() {
    register("g1");
    assertEquals(List.of(), rules.register(state, model("g1"), Map.of(), "again"));
    rollOut("g2");
    assertEquals(List.of(), rules.register(state, model("g1"), Map.of(), "again"));
    assertStates(Map.of("g1", ModelState.STANDBY, "g2", ModelState.ACTIVE));
  }

  @Test
  void keepsOneGenerationForARollback() {
    register("g1");
    rollOut("g2");
    rollOut("g3");
    assertStates(
        Map.of("g1", ModelState.RETIRED, "g2", ModelState.STANDBY, "g3", ModelState.ACTIVE));
    apply(rules.rollback(state, "worse"));
    assertStates(
        Map.of("g1", ModelState.RETIRED, "g2", ModelState.ACTIVE, "g3", ModelState.STANDBY));
    assertEquals(4, state.models().get("g2").getEpoch());
    apply(rules.rollback(state, "better after all"));
    assertEquals("g3", state.active().orElseThrow().getGeneration());
  }

  @Test
  void rollsOutOneGenerationAtATime() {
    register("g1");
    register("g2");
    register("g3");
    apply(rules.begin(state));
    assertEquals(List.of(), rules.begin(state));
    assertStates(
        Map.of("g1", ModelState.ACTIVE, "g2", ModelState.BACKFILLING, "g3", ModelState.REGISTERED));
  }

  @Test
  void bringsARetiredGenerationBackThroughABackfill() {
    register("g1");
    rollOut("g2");
    rollOut("g3");
    apply(rules.activateByHand(state, "g1"));
    assertEquals(ModelState.BACKFILLING, state.models().get("g1").getState());
    assertEquals("g3", state.active().orElseThrow().getGeneration());
  }

  @Test
  void putsWhatIsNewOnProbationAndNotWhatIsGoneBackTo() {
    register("g1");
    assertFalse(state.models().get("g1").getProbation());
    rollOut("g2");
    assertTrue(state.models().get("g2").getProbation());
    apply(rules.rollback(state, "by hand"));
    assertFalse(state.models().get("g1").getProbation());
    assertFalse(state.models().get("g2").getProbation());
  }

  @Test
  void pausesAndResumesABackfillAndNothingElse() {
    register("g1");
    assertRefused(Kind.CONFLICT, () -> rules.pause(state, "g1", true, "x"));
    assertRefused(Kind.UNKNOWN_GENERATION, () -> rules.pause(state, "g9", true, "x"));
    register("g2");
    apply(rules.begin(state));
    apply(rules.pause(state, "g2", true, "peak hour"));
    assertTrue(state.models().get("g2").getPaused());
    assertEquals("peak hour", state.models().get("g2").getReason());
    assertEquals(List.of(), rules.pause(state, "g2", true, "again"));
    apply(rules.pause(state, "g2", false, "over"));
    assertFalse(state.models().get("g2").getPaused());
    apply(rules.pause(state, "g2", true, "once more"));
    apply(rules.reject(state, "g2", "no"));
    assertFalse(state.models().get("g2").getPaused());
  }

  @Test
  void rejectsTheActiveOneInFavourOfTheOneBefore() {
    register("g1");
    assertRefused(Kind.CONFLICT, () -> rules.reject(state, "g1", "bad"));
    rollOut("g2");
    apply(rules.reject(state, "g2", "bad"));
    assertStates(Map.of("g1", ModelState.ACTIVE, "g2", ModelState.REJECTED));
    assertRefused(Kind.CONFLICT, () -> rules.rollback(state, "no"));
    assertRefused(Kind.UNKNOWN_GENERATION, () -> rules.activateByHand(state, "g9"));
    register("g2");
    assertEquals(ModelState.REJECTED, state.models().get("g2").getState());
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

  private void register(String generation) {
    apply(rules.register(state, model(generation), Map.of(), "a test"));
  }

  private void rollOut(String generation) {
    register(generation);
    apply(rules.begin(state));
    apply(rules.ready(state.models().get(generation), "a test"));
    apply(rules.activate(state, state.models().get(generation), "a test"));
  }

  private void apply(List<ModelChanged> changes) {
    state = state.with(changes);
  }

  private void assertStates(Map<String, ModelState> expected) {
    expected.forEach((id, expect) -> assertEquals(expect, state.models().get(id).getState(), id));
    assertEquals(expected.keySet(), state.models().keySet());
  }

  private static void assertRefused(Kind kind, Runnable call) {
    assertEquals(kind, assertThrows(RolloutRefusedException.class, call::run).kind());
  }
}
