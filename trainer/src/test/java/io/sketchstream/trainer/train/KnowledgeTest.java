package io.sketchstream.trainer.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.encoder.KnowledgeHead;
import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Classifier;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.encoder.network.Tensor;
import io.sketchstream.encoder.network.Weights;
import io.sketchstream.testing.TinyDataset;
import io.sketchstream.trainer.data.Domain;
import io.sketchstream.trainer.data.Example;
import io.sketchstream.trainer.data.LabelledPictures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// What a model keeps of its teacher, and that a training from it holds on to that.
final class KnowledgeTest extends TrainerFixture {
  private static final int KNOWN = 20;
  private static final int DIMENSION = 16;

  /// Measured on shapes that the training has not seen, labelled or unlabelled.
  @Test
  void keepsWhatTheModelKnewWithoutATeacher() throws Exception {
    TinyDataset.write(folder.resolve("other"), 6, 6, 33);
    LabelledPictures others =
        LabelledPictures.read(List.of(folder.resolve("other/photos")), List.of(), Optional.empty());
    double preserved = lossElsewhere("1", others);
    double without = lossElsewhere("0", others);
    assertTrue(preserved < .8 * without, preserved + " is not clearly below " + without);
  }

  /// How far the answers moved, above the least that the loss can be.
  private static double lossElsewhere(String weight, LabelledPictures others)
      throws BrokenModelException, InterruptedException {
    TrainingConfig config =
        repeatedBatch(12)
            .with(
                Map.of(
                    "objectives.preservation", weight,
                    "schedule.trunkLearningRate", "1e-3",
                    "unlabelledPerBatch", "4"));
    List<Example> unlabelled =
        pictures.photos().stream()
            .limit(4)
            .map(photo -> new Example(photo.file(), "", Domain.PHOTO))
            .toList();
    TrainingInput input =
        new TrainingInput(
            pictures, List.of(), unlabelled, READER, TeacherTable.none(), Optional.of(head()));
    Trainer.Prepared prepared =
        Trainer.prepare(config, input, initial, Optional.empty(), TrainingProgress.SILENT);
    Weights trained;
    try (Trainer trainer = Trainer.start(config, input, prepared)) {
      trainer.train(_ -> {});
      trained = trainer.result();
    }
    float[] before = answers(config, prepared.start().weights(), others);
    float[] after = answers(config, trained, others);
    double divergence = 0;
    for (int i = 0; i < before.length; i++) {
      divergence += before[i] * Math.log(before[i] / after[i]);
    }
    return divergence / others.photos().size();
  }

  private static float[] answers(TrainingConfig config, Weights weights, LabelledPictures of)
      throws BrokenModelException {
    TrainingInput input = new TrainingInput(of, List.of(), READER, TeacherTable.none());
    Initialization embedded =
        Initialization.of(config, input, weights, Optional.empty(), TrainingProgress.SILENT);
    return Knowledge.map(head()).softmaxAll(embedded.rows());
  }

  private static KnowledgeHead head() {
    Random random = new Random(4);
    float[] weight = new float[KNOWN * DIMENSION];
    for (int i = 0; i < weight.length; i++) {
      weight[i] = (float) random.nextGaussian() / 2;
    }
    return new KnowledgeHead(
        new Tensor(List.of(KNOWN, DIMENSION), weight),
        new Tensor(List.of(KNOWN), new float[KNOWN]));
  }

  @Test
  void isInTheModelOfARunWithATeacherAndInThoseTrainedFromIt() throws Exception {
    ModelArtifact first = run("first", Optional.of(teacher()), Retained.NOTHING);
    KnowledgeHead head = first.knowledge().orElseThrow();
    assertEquals(1000, head.classes());

    Path start = folder.resolve("base.safetensors");
    first.weights().write(start, Weights.Storage.FP32);
    ModelArtifact second =
        run(
            "second",
            Optional.empty(),
            new Retained(List.of(), Optional.empty(), Optional.of(head)));

    assertArrayEquals(head.weight().values(), second.knowledge().orElseThrow().weight().values());
    assertTrue(
        Files.readAllLines(folder.resolve("second/log-1.csv")).getFirst().contains("preservation"));
  }

  private static ModelArtifact run(String name, Optional<Path> teacher, Retained retained)
      throws Exception {
    TrainingConfig config = repeatedBatch(2).with(Map.of("runs", "1"));
    TrainingData data = new TrainingData(pictures, new TreeMap<>()).retaining(retained);
    Path start = folder.resolve("base.safetensors");
    if (Files.notExists(start)) {
      initial.write(start, Weights.Storage.FP32);
    }
    var options =
        new TrainingRunOptions(
            folder.resolve(name), Optional.of(start), teacher, Duration.ZERO, 0, false, "a test");
    return new TrainingRun(config, data, options, TrainingProgress.SILENT).run();
  }

  private static Path teacher() throws BrokenModelException, IOException {
    Network network = Network.named("efficientnet_lite0");
    Classifier classifier = network.classifier().orElseThrow();
    float[] weight = new float[classifier.classes() * network.dimension()];
    Random random = new Random(5);
    for (int i = 0; i < weight.length; i++) {
      weight[i] = (float) random.nextGaussian();
    }
    Path directory = Files.createDirectories(folder.resolve("teacher"));
    RandomWeights.of(network, 1)
        .with(
            classifier.weight(),
            new Tensor(List.of(classifier.classes(), network.dimension()), weight))
        .with(
            classifier.bias(),
            new Tensor(List.of(classifier.classes()), new float[classifier.classes()]))
        .write(directory.resolve("model.safetensors"), Weights.Storage.FP32);
    Files.writeString(directory.resolve("reference.json"), "{\"network\": \"efficientnet_lite0\"}");
    return directory;
  }
}
