package io.sketchstream.training.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.encoder.Int8Calibration;
import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.network.Convolution;
import io.sketchstream.encoder.network.Libtorch;
import io.sketchstream.testing.TinyDataset;
import io.sketchstream.trainer.data.LabelledPictures;
import io.sketchstream.training.TinyModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RecalibrationTest {
  @TempDir private Path folder;

  private ModelArtifact base;
  private ModelArtifact model;

  @BeforeEach
  void write() throws Exception {
    Libtorch.engine();
    base = ModelArtifact.load(TinyModel.write(folder.resolve("base"), 3));
    model = ModelArtifact.load(TinyModel.write(folder.resolve("model"), 4));
  }

  private LabelledPictures pictures(int each) throws Exception {
    TinyDataset.write(folder, 4, each, 5);
    return LabelledPictures.read(
        List.of(folder.resolve("photos")), List.of(folder.resolve("sketches")), Optional.empty());
  }

  /// As if it had been calibrated with one convolution in int8.
  private ModelArtifact calibrated(ModelArtifact artifact) throws Exception {
    SortedMap<String, List<Float>> ranges = new TreeMap<>();
    for (Convolution convolution : artifact.network().convolutions()) {
      ranges.put(convolution.name(), List.of(-1f, 6f));
    }
    return artifact.calibrated(
        new Int8Calibration(ranges, List.of(ranges.firstKey()), 100, .999, .99));
  }

  @Test
  void calibratesAModelOfACalibratedBase() throws Exception {
    ModelArtifact before = calibrated(base);
    ModelArtifact after = Recalibration.of(before, model, pictures(6), (_, _, _) -> {});
    assertTrue(after.calibration().isPresent());
    assertEquals(model.generation(), after.generation());
    assertFalse(before.calibration().get().ranges().equals(after.calibration().get().ranges()));
    assertTrue(ModelArtifact.load(after.directory()).calibration().isPresent());
  }

  @Test
  void leavesOtherModelsUnchanged() throws Exception {
    assertSame(model, Recalibration.of(base, model, pictures(6), (_, _, _) -> {}));
    LabelledPictures few = pictures(6).limitedTo(2);
    assertSame(model, Recalibration.of(calibrated(base), model, few, (_, _, _) -> {}));
  }
}
