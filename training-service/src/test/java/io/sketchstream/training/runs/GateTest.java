package io.sketchstream.training.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.encoder.DefaultModel;
import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.ModelManifest;
import io.sketchstream.encoder.network.Libtorch;
import io.sketchstream.encoder.network.Tensor;
import io.sketchstream.encoder.network.Weights;
import io.sketchstream.testing.TinyDataset;
import io.sketchstream.trainer.data.LabelledPictures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GateTest {
  private static final GateOptions OPTIONS = new GateOptions(0, .9, 100, .02);

  @TempDir private Path folder;

  @Test
  void refusesShuffledWeightsAndTheSameModelAgain() throws Exception {
    Libtorch.engine();
    TinyDataset.write(folder, 6, 12, 3);
    LabelledPictures heldOut =
        LabelledPictures.read(
            List.of(folder.resolve("photos")),
            List.of(folder.resolve("sketches")),
            Optional.empty());
    Gate gate = new Gate(OPTIONS, heldOut, canary());
    ModelArtifact model = DefaultModel.artifact();
    ModelArtifact broken = shuffled(model);

    Comparison worse = gate.compare(model, broken, _ -> {});
    assertFalse(worse.passed(), worse::verdict);
    assertTrue(worse.gain().mean() < 0, worse::verdict);
    assertFalse(worse.elsewhere().orElseThrow().passed(), worse::verdict);

    Comparison better = new Gate(OPTIONS, heldOut, List.of()).compare(broken, model, _ -> {});
    assertTrue(better.passed(), better::verdict);
    assertTrue(better.elsewhere().isEmpty());

    Comparison same = gate.compare(model, model, _ -> {});
    assertFalse(same.passed(), same::verdict);
    assertEquals(0, same.gain().mean());
    assertEquals(0, same.elsewhere().orElseThrow().change());
    assertEquals(1, same.elsewhere().orElseThrow().overlap());
    assertTrue(same.verdict().startsWith("Not better: "), same.verdict());
    assertTrue(same.verdict().endsWith("; elsewhere .00"), same.verdict());
  }

  /// A new user's gallery: two dozen unlabelled photos.
  @Test
  void measuresASmallGallery() throws Exception {
    Libtorch.engine();
    TinyDataset.write(folder, 3, 4, 3);
    LabelledPictures heldOut =
        LabelledPictures.read(
            List.of(folder.resolve("photos")),
            List.of(folder.resolve("sketches")),
            Optional.empty());
    List<Path> few = canary().subList(0, 24);
    ModelArtifact model = DefaultModel.artifact();
    Gate gate = new Gate(OPTIONS, heldOut, few);
    Comparison worse = gate.compare(model, shuffled(model), _ -> {});
    assertEquals(24, worse.elsewhere().orElseThrow().images());
    assertFalse(worse.elsewhere().orElseThrow().passed(), worse::verdict);
    int labelled = heldOut.photos().size() + heldOut.sketches().size();
    assertEquals(labelled + 24, gate.pictures());
    assertEquals(labelled, new Gate(OPTIONS, heldOut, few.subList(0, 19)).pictures());
  }

  /// The figures that the estimate was fitted to: neighbours that stay, and mAP on other classes
  /// before and after.
  @Test
  void estimatesTheLossOfOtherClasses() {
    double[][] measured = {
      {1, .403, .403},
      {.950, .403, .401},
      {.907, .403, .398},
      {.848, .403, .395},
      {.805, .403, .391},
      {.300, .403, .257}
    };
    for (double[] each : measured) {
      Elsewhere elsewhere = new Elsewhere(979, each[0], .02);
      assertEquals(each[2] - each[1], elsewhere.change(), .004);
      assertEquals(each[0] > .74, elsewhere.passed());
    }
  }

  /// Photos of other shapes, unlabelled.
  private List<Path> canary() throws Exception {
    Path other = folder.resolve("gallery");
    TinyDataset.write(other, 6, 10, 77);
    try (Stream<Path> files = Files.walk(other.resolve("photos"))) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /// The same numbers, each tensor's in another order.
  private ModelArtifact shuffled(ModelArtifact model) throws Exception {
    Random random = new Random(1);
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    model
        .weights()
        .tensors()
        .forEach((name, tensor) -> {
          List<Float> values = new ArrayList<>();
          for (float value : tensor.values()) {
            values.add(value);
          }
          Collections.shuffle(values, random);
          float[] mixed = new float[values.size()];
          for (int i = 0; i < mixed.length; i++) {
            mixed[i] = values.get(i);
          }
          tensors.put(name, new Tensor(tensor.shape(), mixed));
        });
    return ModelArtifact.write(
        folder.resolve("shuffled"),
        model.network(),
        new Weights(tensors),
        Weights.Storage.FP16,
        model.input(),
        new ModelManifest.Origin(1, "none", Map.of(), Map.of(), "a test"));
  }
}
