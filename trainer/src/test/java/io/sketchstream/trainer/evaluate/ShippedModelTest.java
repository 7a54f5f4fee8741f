package io.sketchstream.trainer.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sketchstream.encoder.EncoderOptions;
import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.trainer.data.ClassSplits;
import io.sketchstream.trainer.data.LabelledPictures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The model in the repository.
class ShippedModelTest {
  private static final Path ROOT = Path.of(System.getProperty("project.root", ".."));
  private static final Path DATA = ROOT.resolve("../shared/data");

  @Test
  void isCompleteAndNamesItsRecipe() throws BrokenModelException {
    ModelArtifact model = ModelArtifact.load(ROOT.resolve("models/default"));
    assertEquals(512, model.dimension());
    assertTrue(model.hubness().rows() >= 250, "sketches in the bank: " + model.hubness().rows());
    assertTrue(model.metrics().get("val.mAP") > .4, model.metrics()::toString);
    assertTrue(model.metrics().get("val.expanded.mAP") > .5, model.metrics()::toString);
    assertTrue(model.manifest().orElseThrow().command().startsWith("./sketchstream train"));
  }

  @Test
  void findsPhotosOfUnseenClasses() throws BrokenModelException, IOException {
    assumeTrue(
        Files.isDirectory(DATA.resolve("wide")), () -> "needs the development data in " + DATA);
    ClassSplits splits = ClassSplits.read(DATA.resolve("wide/splits.json"));
    LabelledPictures some =
        LabelledPictures.read(
                List.of(DATA.resolve("wide/photos")),
                List.of(DATA.resolve("wide/sketches")),
                Optional.of(splits.classes("val")))
            .limitedTo(12);
    var evaluation =
        new ModelEvaluation(
            ModelArtifact.load(ROOT.resolve("models/default")),
            EncoderOptions.defaults().withPrecision(EncoderOptions.Precision.FP32));
    var wanted = new ModelEvaluation.Wanted(some, Optional.empty(), false, Optional.empty());
    RetrievalReport report = evaluation.evaluate(wanted, _ -> {});
    assertTrue(report.overall().meanAveragePrecision() > .4, report::text);
    assertTrue(
        report.steps().get("expanded").meanAveragePrecision()
            > report.overall().meanAveragePrecision() + .04,
        report::text);
  }
}
