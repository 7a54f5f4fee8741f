package io.sketchstream.training.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.TrainingRunChanged;
import io.sketchstream.events.TrainingRunState;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Nobody has drawn anything.
final class PhotosOnlyTest extends RunFixture {
  @Test
  void trainsOnContoursWithoutSketches() throws Exception {
    topics.withdrawSketches();
    try (RunCoordinator coordinator = coordinator("photos", -1, 2, 0, Optional.empty())) {
      String runId = begin(coordinator, Map.of()).getRunId();

      TrainingRunChanged ended = await(coordinator, runId, RunFixture::ended);

      assertEquals(TrainingRunState.PROMOTED, ended.getState(), ended.getReason());
      assertTrue(ended.getReason().contains("contours of photos) of 5 classes"), ended::getReason);
      assertEquals(5, ended.getMetricsMap().get("gate.contours"));
      ModelChanged model = rollout.await(ended.getGeneration());
      ModelArtifact trained = ModelArtifact.load(Path.of(URI.create(model.getArtifactUri())));
      ModelArtifact base = ModelArtifact.load(home.resolve("base"));
      assertEquals(
          base.knowledge().orElseThrow().classes(), trained.knowledge().orElseThrow().classes());
      assertNotEquals(
          0,
          Double.parseDouble(
              trained.manifest().orElseThrow().recipe().get("objectives.preservation")));
      for (String moved : new String[] {"embedding.weight", "features.18.0.weight"}) {
        assertFalse(
            Arrays.equals(
                base.weights().get(moved).values(), trained.weights().get(moved).values()),
            moved);
      }
    }
  }
}
