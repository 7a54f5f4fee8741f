package io.sketchstream.training.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.encoder.DefaultModel;
import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.network.Libtorch;
import io.sketchstream.encoder.network.Tensor;
import io.sketchstream.encoder.network.Weights;
import io.sketchstream.training.TinyDataset;
import io.sketchstream.training.data.LabelledPictures;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GateTest {
  private static final Gate GATE = new Gate(new Gate.Options(0, .95, 100, 1000));

  @TempDir private Path folder;

  @Test
  void refusesShuffledWeightsAndTheSameModelAgain() throws Exception {
    Libtorch.engine();
    TinyDataset.write(folder, 4, 12, 3);
    LabelledPictures heldOut =
        LabelledPictures.read(
            List.of(folder.resolve("photos")),
            List.of(folder.resolve("sketches")),
            Optional.empty());
    ModelArtifact model = DefaultModel.artifact();
    ModelArtifact broken = shuffled(model);

    Comparison worse = GATE.compare(model, broken, heldOut, _ -> {});
    assertFalse(worse.passed(), worse::verdict);
    assertTrue(worse.difference().high() < 0, worse::verdict);

    Comparison better = GATE.compare(broken, model, heldOut, _ -> {});
    assertTrue(better.passed(), better::verdict);

    Comparison same = GATE.compare(model, model, heldOut, _ -> {});
    assertFalse(same.passed(), same::verdict);
    assertEquals(0, same.difference().mean());
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
        model.inputSize(),
        new ModelArtifact.Origin(1, "none", Map.of(), Map.of(), "a test"));
  }

  @Test
  void theIntervalHoldsTheMeanAndNarrowsWithMoreQueries() {
    Random random = new Random(4);
    double[] few = random.doubles(20, -.1, .3).toArray();
    double[] many = random.doubles(2000, -.1, .3).toArray();
    Bootstrap.Interval wide = Bootstrap.mean(few, 1000, .95, 1);
    Bootstrap.Interval narrow = Bootstrap.mean(many, 1000, .95, 1);
    assertTrue(wide.low() < wide.mean() && wide.mean() < wide.high(), wide::toString);
    assertTrue(narrow.high() - narrow.low() < (wide.high() - wide.low()) / 4, narrow::toString);
    // The standard error of the mean of a uniform distribution, times what 95% of a normal one
    // takes.
    double expected = 2 * 1.96 * .4 / Math.sqrt(12) / Math.sqrt(2000);
    assertEquals(expected, narrow.high() - narrow.low(), expected / 5);
    assertEquals(wide, Bootstrap.mean(few, 1000, .95, 1));
  }
}
