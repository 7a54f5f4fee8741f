package io.sketchstream.training.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.encoder.Encoder;
import io.sketchstream.encoder.EncoderOptions;
import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.TorchEncoder;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Libtorch;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.encoder.network.Tensor;
import io.sketchstream.encoder.network.Weights;
import io.sketchstream.training.TinyDataset;
import io.sketchstream.training.data.Example;
import io.sketchstream.training.data.FilePictureReader;
import io.sketchstream.training.data.LabelledPictures;
import io.sketchstream.training.data.PictureReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The loop on a network from scratch and a handful of polygons.
class TrainerTest {
  private static final int CLASSES = 3;
  private static final int PICTURES = 4;
  private static final PictureReader READER = new FilePictureReader();

  @TempDir private static Path folder;

  private static LabelledPictures pictures;
  private static Weights initial;

  @BeforeAll
  static void draw() throws IOException, BrokenModelException {
    Libtorch.engine();
    TinyDataset.write(folder, CLASSES, PICTURES, 5);
    pictures =
        LabelledPictures.read(
            List.of(folder.resolve("photos")),
            List.of(folder.resolve("sketches")),
            Optional.empty());
    initial = RandomWeights.of(Network.named("mobilenet_v2"), 1);
  }

  /// Every batch holds all pictures, as they are.
  private static TrainingConfig repeatedBatch(int iterations) {
    return TrainingConfig.standard()
        .with(
            Map.ofEntries(
                Map.entry("inputSize", "32"),
                Map.entry("servedSize", "48"),
                Map.entry("dimension", "16"),
                Map.entry("iterations", String.valueOf(iterations)),
                Map.entry("classesPerBatch", String.valueOf(CLASSES)),
                Map.entry("picturesPerDomain", String.valueOf(PICTURES)),
                Map.entry("schedule.warmUp", "0"),
                Map.entry("schedule.learningRate", "0.001"),
                Map.entry("schedule.trunkLearningRate", "0.0003"),
                Map.entry("variation.zoom", "0"),
                Map.entry("variation.rotationDegrees", "0"),
                Map.entry("variation.sketchScale", "0"),
                Map.entry("variation.resolutionBlur", "0"),
                Map.entry("variation.grayscale", "0"),
                Map.entry("variation.colour", "0"),
                Map.entry("variation.strokeWidth", "0"),
                Map.entry("variation.flip", "false")));
  }

  private static TrainingConfig varied(int iterations) {
    return repeatedBatch(iterations)
        .with(
            Map.of(
                "picturesPerDomain", "2",
                "classesPerBatch", "2",
                "variation.zoom", "0.3",
                "variation.rotationDegrees", "10",
                "variation.resolutionBlur", "0.5",
                "variation.resolutionMin", "12",
                "variation.flip", "true"));
  }

  private static Trainer start(TrainingConfig config) throws BrokenModelException {
    return Trainer.start(config, pictures, READER, table(.25f), initial);
  }

  /// A teacher that knows four things; the first value of its first class is given.
  private static TeacherTable table(float first) throws BrokenModelException {
    SequencedMap<String, Tensor> rows = new LinkedHashMap<>();
    for (String label : pictures.pairedClasses()) {
      float[] row = {rows.isEmpty() ? first : .25f, .25f, .25f, .25f};
      rows.put(label, new Tensor(List.of(4), row));
    }
    Path file = folder.resolve("table-" + first + ".safetensors");
    try {
      new Weights(rows).write(file, Weights.Storage.FP32);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return TeacherTable.read(file);
  }

  @Test
  void lossFallsOnARepeatedBatch() throws BrokenModelException, InterruptedException {
    List<TrainingStep> steps = new ArrayList<>();
    try (Trainer trainer = start(repeatedBatch(15))) {
      trainer.train(steps::add);
    }
    assertEquals(15, steps.size());
    assertTrue(steps.getLast().loss() < steps.getFirst().loss() * .8, steps::toString);
    assertTrue(steps.stream().allMatch(step -> step.gradientNorm() > 0), steps::toString);
  }

  @Test
  void sameSeedGivesTheSameWeightsAndAnotherSeedDoesNot()
      throws BrokenModelException, InterruptedException {
    Weights first = trained(varied(3));
    assertSame(first, trained(varied(3)));
    Weights other = trained(varied(3).with(Map.of("seed", "2")));
    assertFalse(
        Arrays.equals(
            first.get(Network.EMBEDDING_WEIGHT).values(),
            other.get(Network.EMBEDDING_WEIGHT).values()));
  }

  private static Weights trained(TrainingConfig config)
      throws BrokenModelException, InterruptedException {
    try (Trainer trainer = start(config)) {
      trainer.train(_ -> {});
      return trainer.result();
    }
  }

  @Test
  void resumesToTheBit() throws BrokenModelException, InterruptedException, IOException {
    TrainingConfig config = varied(4);
    Path file = folder.resolve("checkpoint.safetensors");
    try (Trainer trainer = start(config)) {
      trainer.trainUntil(2, _ -> {});
      trainer.checkpoint().write(file, Weights.Storage.FP32);
    }
    Weights resumed;
    try (Trainer trainer =
        Trainer.resume(config, pictures, READER, table(.25f), Weights.read(file))) {
      assertEquals(2, trainer.iteration());
      trainer.train(_ -> {});
      resumed = trainer.result();
    }
    assertSame(trained(config), resumed);
  }

  @Test
  void frozenStagesStayAsTheyAre() throws BrokenModelException, InterruptedException {
    Weights trained = trained(varied(2).with(Map.of("frozenStages", "3")));
    String frozen = "features.2.conv.2.weight";
    String free = "features.3.conv.2.weight";
    assertArrayEquals(initial.get(frozen).values(), trained.get(frozen).values());
    assertFalse(Arrays.equals(initial.get(free).values(), trained.get(free).values()));
  }

  @Test
  void aNumberThatIsNoneStopsAndNamesTheBatch() throws BrokenModelException {
    try (Trainer trainer =
        Trainer.start(repeatedBatch(2), pictures, READER, table(Float.NaN), initial)) {
      DivergedException diverged =
          assertThrows(DivergedException.class, () -> trainer.train(_ -> {}));
      assertTrue(diverged.getMessage().contains("iteration 1"), diverged.getMessage());
      assertTrue(diverged.getMessage().contains("photo-0.jpg"), diverged.getMessage());
    }
  }

  @Test
  void objectivesThatAreOffCountNothing() throws BrokenModelException, InterruptedException {
    TrainingConfig config =
        varied(1).with(Map.of("objectives.quadruplet", "0", "objectives.preservation", "0"));
    List<TrainingStep> steps = new ArrayList<>();
    try (Trainer trainer =
        Trainer.start(
            config, pictures, READER, TeacherTable.none(pictures.pairedClasses()), initial)) {
      trainer.train(steps::add);
    }
    assertEquals(0, steps.getFirst().quadruplet());
    assertEquals(0, steps.getFirst().preservation());
    assertEquals(steps.getFirst().loss(), steps.getFirst().classification(), 1e-6);
  }

  @Test
  void aStoredModelGivesTheEmbeddingsThatTrainingSaw()
      throws BrokenModelException, InterruptedException, IOException {
    TrainingConfig config = varied(2);
    List<Example> photos = pictures.photos();
    float[] seen;
    Weights weights;
    try (Trainer trainer = start(config)) {
      trainer.train(_ -> {});
      weights = trainer.result();
    }
    Network network = Network.named("mobilenet_v2");
    try (TrainableNetwork loaded = TrainableNetwork.load(network, weights);
        var manager = ai.djl.ndarray.NDManager.newBaseManager()) {
      byte[] pixels = Pixels.of(photos, READER, 64);
      seen = loaded.forward(manager, pixels, photos.size(), 64).normalize(2, 1).toFloatArray();
    }
    var origin = new ModelArtifact.Origin(1, "", Map.of(), Map.of(), "");
    ModelArtifact model =
        ModelArtifact.write(
            folder.resolve("model"), network, weights, Weights.Storage.FP32, 64, origin);
    var options = EncoderOptions.defaults().withPrecision(EncoderOptions.Precision.FP32);
    try (Encoder encoder = TorchEncoder.open(model, options)) {
      var batch = photos.stream().map(photo -> READER.read(photo, 64)).toList();
      var embeddings = encoder.encode(batch);
      for (int i = 0; i < batch.size(); i++) {
        float[] served = embeddings.get(i).toArray();
        float[] expected = Arrays.copyOfRange(seen, i * 16, (i + 1) * 16);
        assertArrayEquals(expected, served, 1e-4f);
      }
    }
  }

  /// A batch's activations are megabytes: one that stays behind shows at once. The benchmark
  /// `memory` looks for smaller ones over thousands of batches.
  @Test
  void memoryStaysWhereItIs() throws BrokenModelException, InterruptedException, IOException {
    try (Trainer trainer = start(varied(60))) {
      trainer.trainUntil(20, _ -> {});
      long before = residentKib();
      trainer.train(_ -> {});
      long growth = residentKib() - before;
      assertTrue(growth < 48 << 10, () -> "40 batches left " + growth + " KiB behind");
    }
  }

  private static long residentKib() throws IOException {
    Path status = Path.of("/proc/self/status");
    Assumptions.assumeTrue(Files.exists(status), () -> "skipped: there is no " + status);
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }

  /// Thousands of iterations show what one leaves behind; counting does at once.
  @Test
  void anIterationLeavesNoArrayBehind() throws BrokenModelException, InterruptedException {
    try (Trainer trainer = start(repeatedBatch(5))) {
      trainer.trainUntil(2, _ -> {});
      int kept = trainer.arraysKept();
      trainer.trainUntil(5, _ -> {});
      assertEquals(kept, trainer.arraysKept());
    }
  }

  @Test
  void resNet50TrainsFromScratch() throws BrokenModelException, InterruptedException {
    TrainingConfig config =
        repeatedBatch(2)
            .with(Map.of("network", "resnet50", "frozenStages", "0", "picturesPerDomain", "1"));
    List<TrainingStep> steps = new ArrayList<>();
    Weights random = RandomWeights.of(Network.named("resnet50"), 3);
    try (Trainer trainer = Trainer.start(config, pictures, READER, table(.25f), random)) {
      trainer.train(steps::add);
    }
    assertEquals(2, steps.size());
  }

  private static void assertSame(Weights expected, Weights actual) {
    assertEquals(expected.names(), actual.names());
    for (String name : expected.names()) {
      assertArrayEquals(expected.get(name).values(), actual.get(name).values(), name);
    }
  }
}
