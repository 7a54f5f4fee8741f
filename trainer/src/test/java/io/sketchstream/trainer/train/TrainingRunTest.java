package io.sketchstream.trainer.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Libtorch;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.encoder.network.Tensor;
import io.sketchstream.encoder.network.Weights;
import io.sketchstream.testing.TinyDataset;
import io.sketchstream.trainer.evaluate.RetrievalReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingRunTest {
  @TempDir private Path folder;

  @Test
  void writesAModelALogAndMetrics() throws IOException, BrokenModelException, InterruptedException {
    Libtorch.engine();
    TinyDataset.write(folder, 6, 3, 8);
    TrainingData data =
        TrainingData.read(
            List.of(folder.resolve("photos")), List.of(folder.resolve("sketches")), 1);
    assertEquals(List.of("val"), List.copyOf(data.evaluations().keySet()));
    TrainingConfig config =
        Recipe.STANDARD.with(
            Map.of(
                "inputSize", "48",
                "servedSize", "48",
                "dimension", "8",
                "iterations", "3",
                "classesPerBatch", "2",
                "picturesPerDomain", "1",
                "runs", "2",
                "objectives.preservation", "0"));
    Path out = folder.resolve("out");
    List<String> heard = new ArrayList<>();
    TrainingProgress progress =
        new TrainingProgress() {
          @Override
          public void step(TrainingStep step, int iterations) {
            heard.add("step " + step.iteration() + " of " + iterations);
          }

          @Override
          public void validated(int iteration, String split, RetrievalReport report) {
            heard.add("validated " + split + " after " + iteration);
          }
        };

    ModelArtifact model = new TrainingRun(config, data, options(out, false), progress).run();

    assertEquals(8, model.dimension());
    assertEquals(48, model.inputSize());
    assertTrue(model.metrics().containsKey("val.mAP"), model.metrics()::toString);
    assertEquals(
        List.of(
            "step 1 of 3",
            "step 2 of 3",
            "validated val after 2",
            "step 3 of 3",
            "step 1 of 3",
            "step 2 of 3",
            "validated val after 2",
            "step 3 of 3",
            "validated val after 3"),
        heard);
    assertEquals(4, Files.readAllLines(out.resolve("log-2.csv")).size());
    for (String file : List.of("curves-1.png", "hits-val.png", "report.json", "report.txt")) {
      assertTrue(Files.size(out.resolve(file)) > 0, file);
    }

    TrainingConfig other = config.with(Map.of("seed", "2"));
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> new TrainingRun(other, data, options(out, true), progress).run());
    assertTrue(refused.getMessage().contains("same settings"), refused.getMessage());
  }

  /// The pass over all photos is made once, and the second training is what it would be alone.
  @Test
  void sharesTheStartOfTrainingsOnTheSameData()
      throws IOException, BrokenModelException, InterruptedException {
    Libtorch.engine();
    TrainingData data = data();
    Path file = folder.resolve("published.safetensors");
    RandomWeights.of(Network.named("efficientnet_lite0"), 1).write(file, Weights.Storage.FP32);
    TrainingConfig config =
        Recipe.STANDARD.with(
            Map.of(
                "network", "efficientnet_lite0",
                "inputSize", "48",
                "servedSize", "48",
                "dimension", "8",
                "iterations", "2",
                "classesPerBatch", "2",
                "picturesPerDomain", "1",
                "runs", "1",
                "objectives.preservation", "0",
                "objectives.prototypes", "0"));
    TrainingConfig other = config.with(Map.of("objectives.quadruplet", "0", "seed", "5"));
    AtomicInteger passes = new AtomicInteger();
    TrainingProgress progress =
        new TrainingProgress() {
          @Override
          public void phase(String what, int done, int total) {
            if (what.equals("start")) {
              passes.incrementAndGet();
            }
          }
        };
    SharedStart shared = new SharedStart();
    new TrainingRun(config, data, from(file, "first"), progress, shared).run();
    int passesOfOne = passes.get();
    new TrainingRun(other, data, from(file, "second"), progress, shared).run();
    assertTrue(passesOfOne > 0);
    assertEquals(passesOfOne, passes.get());
    new TrainingRun(other, data, from(file, "alone"), progress).run();
    assertTrue(passes.get() > passesOfOne);
    assertEquals(
        -1,
        Files.mismatch(
            folder.resolve("second/run-1.safetensors"), folder.resolve("alone/run-1.safetensors")));
  }

  private TrainingData data() throws IOException {
    TinyDataset.write(folder, 3, 3, 8);
    return TrainingData.read(
        List.of(folder.resolve("photos")), List.of(folder.resolve("sketches")), 1);
  }

  private TrainingRunOptions from(Path file, String out) {
    return new TrainingRunOptions(
        folder.resolve(out),
        Optional.of(file),
        Optional.empty(),
        Duration.ZERO,
        0,
        false,
        "./sketchstream");
  }

  /// As the paper has it: one network, its classifier the teacher.
  @Test
  void usesTheNetworksOwnClassifierWithoutATeacher()
      throws IOException, BrokenModelException, InterruptedException {
    Libtorch.engine();
    TrainingData data = data();
    Network network = Network.named("efficientnet_lite0");
    Path file = folder.resolve("published.safetensors");
    float[] weight = new float[1000 * network.dimension()];
    Random random = new Random(7);
    for (int i = 0; i < weight.length; i++) {
      weight[i] = (float) random.nextGaussian() * .01f;
    }
    RandomWeights.of(network, 1)
        .with("fc.weight", new Tensor(List.of(1000, network.dimension()), weight))
        .with("fc.bias", new Tensor(List.of(1000), new float[1000]))
        .write(file, Weights.Storage.FP32);
    TrainingConfig config =
        Recipe.TURSUN2022.with(
            Map.of(
                "network", "efficientnet_lite0",
                "inputSize", "48",
                "servedSize", "48",
                "dimension", "8",
                "iterations", "2",
                "classesPerBatch", "2",
                "picturesPerDomain", "1"));
    Path out = folder.resolve("own");
    var own =
        new TrainingRunOptions(
            out,
            Optional.of(file),
            Optional.empty(),
            Duration.ZERO,
            0,
            false,
            "./sketchstream train ...");

    ModelArtifact model = new TrainingRun(config, data, own, TrainingProgress.SILENT).run();

    assertEquals("true", model.manifest().orElseThrow().recipe().get("objectives.trainedHead"));
    List<String> log = Files.readAllLines(out.resolve("log-1.csv"));
    assertTrue(
        log.getFirst().startsWith("iteration,loss,classification,quadruplet,preservation,learning"),
        log::getFirst);

    var none =
        new TrainingRunOptions(
            folder.resolve("none"),
            Optional.empty(),
            Optional.empty(),
            Duration.ZERO,
            0,
            false,
            "./sketchstream train ...");
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> new TrainingRun(config, data, none, TrainingProgress.SILENT).run());
    assertTrue(refused.getMessage().contains("needs a teacher"), refused.getMessage());
  }

  private static TrainingRunOptions options(Path out, boolean resume) {
    return new TrainingRunOptions(
        out,
        Optional.empty(),
        Optional.empty(),
        Duration.ofMillis(1),
        2,
        resume,
        "./sketchstream train ...");
  }

  @Test
  void checksSettingsByNameAndRange() {
    TrainingConfig standard = Recipe.STANDARD.config();
    assertThrows(
        IllegalArgumentException.class, () -> standard.with(Map.of("schedule.nothing", "1")));
    assertThrows(
        IllegalArgumentException.class, () -> standard.with(Map.of("inputSize", "100000")));
    assertEquals(
        3e-4, standard.with(Map.of("schedule.learningRate", "3e-4")).schedule().learningRate());
  }

  @Test
  void averagesRunsAndInterpolatesTowardsTheStart() {
    Weights mixed = WeightAveraging.of(List.of(weights(1, 4), weights(3, 8)), weights(10, 10), .25);
    float[] expected = {.75f * 2 + 2.5f, .75f * 6 + 2.5f};
    assertArrayEquals(expected, mixed.get("a").values(), 1e-6f);
  }

  private static Weights weights(float... values) {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("a", new Tensor(List.of(values.length), values));
    return new Weights(tensors);
  }

  @Test
  void writesTheAblationAsATableOfMeansAndSeeds() {
    SequencedMap<String, List<Map<String, Double>>> metrics = new LinkedHashMap<>();
    metrics.put(
        "all three",
        List.of(
            Map.of("val.mAP", .5, "val.mAP@200", .4, "val.P@200", .3, "val.Acc@1", .9),
            Map.of("val.mAP", .7, "val.mAP@200", .6, "val.P@200", .4)));
    assertEquals(
        """
        | objectives | val.P@200 | val.mAP | val.mAP@200 |
        |---|---|---|---|
        | all three | 0.350 (0.300, 0.400) | 0.600 (0.500, 0.700) | 0.500 (0.400, 0.600) |
        """,
        Ablation.table(metrics));
  }

  @Test
  void warmsUpAndDecaysTheLearningRate() {
    Schedule schedule = Recipe.STANDARD.config().schedule();
    assertEquals(1.0 / schedule.warmUp(), schedule.share(0, 400), 1e-9);
    assertEquals(1, schedule.share(schedule.warmUp(), 400), 1e-9);
    assertEquals(schedule.finalShare(), schedule.share(400, 400), 1e-9);
  }
}
