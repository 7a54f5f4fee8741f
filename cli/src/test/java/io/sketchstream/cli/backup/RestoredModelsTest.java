package io.sketchstream.cli.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.events.Generation;
import io.sketchstream.events.Generations;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelOrigin;
import io.sketchstream.events.ModelState;
import io.sketchstream.events.TopicEnd;
import io.sketchstream.events.TrainingRunChanged;
import io.sketchstream.events.TrainingRunState;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Models and training runs of a backup in another installation.
final class RestoredModelsTest {
  private static final Map<String, String> URIS =
      Map.of("mine", "file:/new/mine", "before", "file:/new/before", "next", "file:/new/next");

  @Test
  void searchesTheGenerationOfTheBackup() {
    Generations target = models(model("fresh", ModelState.ACTIVE, 4, ModelOrigin.SHIPPED));
    Generations after = restore(backup(), target);
    assertEquals("mine", after.active().orElseThrow().getGeneration());
    assertEquals("file:/new/mine", after.active().orElseThrow().getArtifactUri());
    assertEquals("before", after.previous().orElseThrow().getGeneration());
    assertEquals(ModelState.RETIRED, state(after, "fresh"));
  }

  @Test
  void refillsReadyGenerations() {
    assertEquals(ModelState.BACKFILLING, state(restore(backup(), Generations.NONE), "next"));
  }

  @Test
  void findsMissingModels() {
    Generations after = restore(backup(), Generations.NONE);
    assertTrue(after.find(new Generation("old")).orElseThrow().getArtifactDeleted());
    assertFalse(after.find(new Generation("mine")).orElseThrow().getArtifactDeleted());
  }

  /// A newer release was installed before its backup was restored: its model comes in its turn.
  @Test
  void rollsOutTheNewShippedModelWhenAllAreShipped() {
    Generations shipped = models(model("mine", ModelState.ACTIVE, 9, ModelOrigin.SHIPPED));
    Generations target = models(model("fresh", ModelState.ACTIVE, 1, ModelOrigin.SHIPPED));
    Generations after = restore(shipped, target);
    assertEquals("mine", after.active().orElseThrow().getGeneration());
    assertEquals(ModelState.REGISTERED, state(after, "fresh"));
  }

  /// Any client may have written the highest epoch there is, before the backup or after it.
  @Test
  void findsRoomAfterTheHighestEpochThereIs() {
    ModelChanged last = model("fresh", ModelState.ACTIVE, 1L << 53, ModelOrigin.SHIPPED);
    assertEquals("mine", active(restore(backup(), models(last))));
    ModelChanged backedUp = model("mine", ModelState.ACTIVE, 1L << 53, ModelOrigin.SHIPPED);
    assertEquals("mine", active(restore(models(backedUp), models(last))));
  }

  private static String active(Generations models) {
    return models.active().orElseThrow().getGeneration();
  }

  @Test
  void isIdempotent() {
    Generations once = restore(backup(), Generations.NONE);
    assertEquals(once, restore(backup(), once));
  }

  @Test
  void keepsModelsWhenTheBackupHasNone() {
    Generations target = models(model("fresh", ModelState.ACTIVE, 1, ModelOrigin.SHIPPED));
    assertEquals(target, restore(Generations.NONE, target));
  }

  @Test
  void keepsTheCountOfNewLabels() {
    TrainingRunChanged run = run(TrainingRunState.PROMOTED, 70, 20);
    TrainingRunChanged restored =
        RestoredRuns.restored(run, Map.of(0, 100L, 1, 25L), Map.of(0, 60L, 1, 30L));
    long seen = restored.getSnapshotList().stream().mapToLong(TopicEnd::getOffset).sum();
    assertEquals(35, 60 + 30 - seen, "labels that came after the run");
    assertEquals(TrainingRunState.PROMOTED, restored.getState());
  }

  @Test
  void endsTheRunThatWasInProgress() {
    TrainingRunChanged restored =
        RestoredRuns.restored(
            run(TrainingRunState.RUNNING, 1, 1), Map.of(0, 1L, 1, 1L), Map.of(0, 1L, 1, 1L));
    assertEquals(TrainingRunState.CANCELLED, restored.getState());
    assertTrue(restored.getReason().contains("a backup was restored"), restored.getReason());
  }

  private static Generations backup() {
    return models(
        model("mine", ModelState.ACTIVE, 3, ModelOrigin.TRAINED),
        model("before", ModelState.STANDBY, 2, ModelOrigin.SHIPPED),
        model("next", ModelState.READY, 0, ModelOrigin.TRAINED),
        model("old", ModelState.RETIRED, 1, ModelOrigin.TRAINED));
  }

  private static Generations restore(Generations backup, Generations target) {
    Generations after = target;
    for (ModelChanged change : RestoredModels.changes(backup, target, URIS)) {
      after = after.with(change.getGeneration(), change);
    }
    return after;
  }

  private static Generations models(ModelChanged... models) {
    Generations all = Generations.NONE;
    for (ModelChanged model : models) {
      all = all.with(model.getGeneration(), model);
    }
    return all;
  }

  private static ModelState state(Generations models, String generation) {
    return models.find(new Generation(generation)).orElseThrow().getState();
  }

  private static ModelChanged model(
      String generation, ModelState state, long epoch, ModelOrigin origin) {
    return ModelChanged.newBuilder()
        .setGeneration(generation)
        .setState(state)
        .setEpoch(epoch)
        .setOrigin(origin)
        .setArtifactUri("file:/old/" + generation)
        .build();
  }

  private static TrainingRunChanged run(TrainingRunState state, long... labels) {
    TrainingRunChanged.Builder run =
        TrainingRunChanged.newBuilder().setRunId("run-1").setState(state);
    for (int partition = 0; partition < labels.length; partition++) {
      run.addSnapshot(
          TopicEnd.newBuilder()
              .setTopic("labels")
              .setPartition(partition)
              .setOffset(labels[partition]));
    }
    return run.addAllSnapshot(
            List.of(TopicEnd.newBuilder().setTopic("images").setOffset(5).build()))
        .build();
  }
}
