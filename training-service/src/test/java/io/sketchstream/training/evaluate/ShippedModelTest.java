package io.sketchstream.training.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sketchstream.encoder.EncoderOptions;
import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.training.data.ClassSplits;
import io.sketchstream.training.data.FilePictureReader;
import io.sketchstream.training.data.LabelledPictures;
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
  void isWholeAndSaysHowItWasMade() throws BrokenModelException {
    ModelArtifact model = ModelArtifact.load(ROOT.resolve("models/default"));
    assertEquals(512, model.dimension());
    assertTrue(model.metrics().get("val.mAP") > .7, model.metrics()::toString);
    assertTrue(model.manifest().orElseThrow().command().startsWith("./sketchstream train"));
  }

  @Test
  void findsPhotosOfClassesItHasNeverSeen() throws BrokenModelException, IOException {
    assumeTrue(Files.isDirectory(DATA), () -> "needs the development data in " + DATA);
    ClassSplits splits = ClassSplits.read(DATA.resolve("splits.json"));
    LabelledPictures some =
        LabelledPictures.read(
                List.of(DATA.resolve("photos")),
                List.of(DATA.resolve("sketches")),
                Optional.of(splits.classes("val")))
            .limitedTo(20);
    var evaluation =
        new ModelEvaluation(
            ModelArtifact.load(ROOT.resolve("models/default")),
            EncoderOptions.defaults().withPrecision(EncoderOptions.Precision.FP32),
            new FilePictureReader());
    RetrievalReport report = evaluation.evaluate(ModelEvaluation.Wanted.plain(some), _ -> {});
    assertTrue(report.overall().meanAveragePrecision() > .65, report::text);
  }
}
