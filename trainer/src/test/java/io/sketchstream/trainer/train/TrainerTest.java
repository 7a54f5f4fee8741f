package io.sketchstream.trainer.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.encoder.Encoder;
import io.sketchstream.encoder.EncoderOptions;
import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.ModelInput;
import io.sketchstream.encoder.ModelManifest;
import io.sketchstream.encoder.TorchEncoder;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.encoder.network.Weights;
import io.sketchstream.trainer.data.Domain;
import io.sketchstream.trainer.data.Example;
import io.sketchstream.trainer.data.LabelledPictures;
import io.sketchstream.trainer.data.PictureKind;
import io.sketchstream.trainer.data.Word;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What a training learns, from which objectives.
final class TrainerTest extends TrainerFixture {
  @Test
  void lowersTheLossOfARepeatedBatch() throws BrokenModelException, InterruptedException {
    // Without what keeps photos where a network of random weights puts them.
    TrainingConfig config = repeatedBatch(15).with(Map.of("objectives.photoAnchoring", "0"));
    List<TrainingStep> steps = new ArrayList<>();
    try (Trainer trainer = start(config)) {
      trainer.train(steps::add);
    }
    assertEquals(15, steps.size());
    assertTrue(steps.getLast().loss() < steps.getFirst().loss() * .8, steps::toString);
    assertTrue(steps.stream().allMatch(step -> step.gradientNorm() > 0), steps::toString);
  }

  /// As the default model is trained: with words and prototypes out of a classifier.
  @Test
  void learnsWordsAndPrototypes() throws BrokenModelException, InterruptedException {
    TrainingConfig config =
        repeatedBatch(12).with(Map.of("objectives.prototypes", "1", "wordsPerBatch", "2"));
    float[] weight = new float[4 * Network.named("mobilenet_v2").dimension()];
    for (int i = 0; i < weight.length; i++) {
      weight[i] = (i * 31 % 17) / 17f - .5f;
    }
    LinearMap classifier = new LinearMap(weight, new float[4]);
    List<String> labels = pictures.pairedClasses();
    List<Word> words =
        List.of(
            new Word("one", List.of(1), Optional.of(labels.get(0)), asWord("one", labels.get(0))),
            new Word("two", List.of(2, 3), Optional.empty(), asWord("two", labels.get(1))));
    TrainingInput input = new TrainingInput(pictures, words, READER, input(.25f).teacher());
    List<TrainingStep> steps = new ArrayList<>();
    try (Trainer trainer =
        Trainer.start(
            config,
            input,
            Trainer.prepare(
                config, input, initial, Optional.of(classifier), TrainingProgress.SILENT))) {
      trainer.train(steps::add);
    }
    double before = steps.getFirst().loss("prototypes");
    double after = steps.getLast().loss("prototypes");
    assertTrue(after > 0 && after < before * .9, steps::toString);
  }

  /// Two classes are taught; the photos of the others stay where they were when they are replayed.
  @Test
  void forgetsLessWithReplayedPhotos() throws BrokenModelException, InterruptedException {
    List<String> classes = pictures.pairedClasses();
    LabelledPictures taught = pictures.only(Set.of(classes.get(0), classes.get(1)));
    List<Example> others =
        pictures.photos().stream()
            .filter(photo -> !taught.photos().contains(photo))
            .map(photo -> new Example(photo.file(), "", Domain.PHOTO))
            .toList();
    TrainingConfig config =
        repeatedBatch(12)
            .with(
                Map.of(
                    "classesPerBatch", "2",
                    "objectives.preservation", "0",
                    "objectives.photoAnchoring", "10",
                    "schedule.trunkLearningRate", "1e-3"));
    double replayed = driftOf(others, config, taught);
    double forgotten = driftOf(others, config.with(Map.of("unlabelledPerBatch", "0")), taught);
    assertTrue(replayed < forgotten * .8, replayed + " is not below " + forgotten);
  }

  /// The mean cosine distance of photos between their start and the end of a training.
  private static double driftOf(
      List<Example> photos, TrainingConfig config, LabelledPictures taught)
      throws BrokenModelException, InterruptedException {
    TrainingInput input =
        new TrainingInput(taught, List.of(), photos, READER, TeacherTable.none(), Optional.empty());
    Trainer.Prepared prepared =
        Trainer.prepare(config, input, initial, Optional.empty(), TrainingProgress.SILENT);
    Weights trained;
    try (Trainer trainer = Trainer.start(config, input, prepared)) {
      trainer.train(_ -> {});
      trained = trainer.result();
    }
    Initialization after =
        Initialization.of(config, input, trained, Optional.empty(), TrainingProgress.SILENT);
    double sum = 0;
    for (Example photo : photos) {
      float[] from = prepared.start().unit(photo);
      float[] to = after.unit(photo);
      for (int i = 0; i < from.length; i++) {
        sum += from[i] * to[i];
      }
    }
    return 1 - sum / photos.size();
  }

  private static List<Example> asWord(String word, String label) {
    return pictures.sketches(label).stream()
        .map(sketch -> new Example(sketch.file(), 0, word, PictureKind.SKETCH))
        .toList();
  }

  @Test
  void requiresAClassifierForPrototypes() {
    TrainingConfig config = repeatedBatch(1).with(Map.of("objectives.prototypes", "1"));
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> start(config));
    assertTrue(refused.getMessage().contains("classifier"), refused.getMessage());
  }

  @Test
  void stopsOnNaNAndNamesTheBatch() throws BrokenModelException {
    try (Trainer trainer = Trainer.start(repeatedBatch(2), input(Float.NaN), initial)) {
      DivergedException diverged =
          assertThrows(DivergedException.class, () -> trainer.train(_ -> {}));
      assertTrue(diverged.getMessage().contains("iteration 1"), diverged.getMessage());
      assertTrue(diverged.getMessage().contains("photo-0.jpg"), diverged.getMessage());
    }
  }

  @Test
  void ignoresDisabledObjectives() throws BrokenModelException, InterruptedException {
    TrainingConfig config =
        varied(1)
            .with(
                Map.of(
                    "objectives.quadruplet", "0",
                    "objectives.preservation", "0",
                    "objectives.photoAnchoring", "0",
                    "objectives.sketchAlignment", "0"));
    List<TrainingStep> steps = new ArrayList<>();
    TrainingInput input = new TrainingInput(pictures, List.of(), READER, TeacherTable.none());
    try (Trainer trainer = Trainer.start(config, input, initial)) {
      trainer.train(steps::add);
    }
    assertEquals(List.of("classification"), List.copyOf(steps.getFirst().losses().keySet()));
    assertEquals(steps.getFirst().loss(), steps.getFirst().loss("classification"), 1e-6);
  }

  @Test
  void givesTheEmbeddingsOfTrainingAfterStoring()
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
    try (TrainableNetwork loaded = TrainableNetwork.load(network, weights, 0);
        var manager = ai.djl.ndarray.NDManager.newBaseManager()) {
      byte[] pixels = Pixels.of(photos, READER, 64);
      seen = loaded.forward(manager, pixels, photos.size(), 64).normalize(2, 1).toFloatArray();
    }
    var origin = new ModelManifest.Origin(1, "", Map.of(), Map.of(), "");
    ModelArtifact model =
        ModelArtifact.write(
            folder.resolve("model"),
            network,
            weights,
            Weights.Storage.FP32,
            ModelInput.ofSize(64),
            origin);
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

  @Test
  void trainsResNet50FromScratch() throws BrokenModelException, InterruptedException {
    TrainingConfig config =
        repeatedBatch(2)
            .with(Map.of("network", "resnet50", "frozenStages", "0", "picturesPerDomain", "1"));
    List<TrainingStep> steps = new ArrayList<>();
    Weights random = RandomWeights.of(Network.named("resnet50"), 3);
    try (Trainer trainer = Trainer.start(config, input(.25f), random)) {
      trainer.train(steps::add);
    }
    assertEquals(2, steps.size());
  }
}
