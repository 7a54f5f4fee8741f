package io.sketchstream.training.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.ModelManifest;
import io.sketchstream.encoder.network.Weights;
import io.sketchstream.trainer.train.TrainingConfig;
import io.sketchstream.training.TinyModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The hyperparameters of a run come from the model that it starts from.
final class RunRecipeTest {
  private static final RunOptions.Learning NO_TEACHER =
      new RunOptions.Learning(Map.of(), Optional.empty(), 1, 5, Duration.ZERO, 3);

  @TempDir Path folder;

  @Test
  void preservesWhatTheModelKnowsOfItsTeacher() throws Exception {
    ModelArtifact knowing = ModelArtifact.load(TinyModel.write(folder.resolve("knowing"), 3));
    TrainingConfig config = RunRecipe.of(knowing, NO_TEACHER, Map.of());
    assertEquals(1, config.objectives().preservation());
    assertEquals(knowing.dimension(), config.dimension());

    ModelArtifact plain =
        ModelArtifact.write(
            folder.resolve("plain"),
            knowing.network(),
            knowing.weights(),
            Weights.Storage.FP16,
            knowing.input(),
            new ModelManifest.Origin(1, "none", Map.of(), Map.of(), ""));
    assertEquals(0, RunRecipe.of(plain, NO_TEACHER, Map.of()).objectives().preservation());
  }

  @Test
  void keepsWhatBelongsToTheModel() throws Exception {
    ModelArtifact model = ModelArtifact.load(TinyModel.write(folder.resolve("model"), 3));
    assertThrows(
        IllegalArgumentException.class,
        () -> RunRecipe.of(model, NO_TEACHER, Map.of("network", "resnet50")));
    assertEquals(7, RunRecipe.of(model, NO_TEACHER, Map.of("iterations", "7")).iterations());
  }
}
