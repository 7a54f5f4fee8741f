package io.sketchstream.trainer.train;

import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Libtorch;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.encoder.network.Weights;
import io.sketchstream.images.PhotoFit;
import io.sketchstream.images.sketch.SketchFit;
import io.sketchstream.testing.TinyDataset;
import io.sketchstream.trainer.data.FilePictureReader;
import io.sketchstream.trainer.data.LabelledPictures;
import io.sketchstream.trainer.data.PictureReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/// Four classes of drawn pictures, and trainings of a few iterations on them.
abstract class TrainerFixture {
  static final int CLASSES = 3;

  static final int PICTURES = 4;

  static final PictureReader READER = new FilePictureReader(PhotoFit.CENTRE, SketchFit.SQUARE);

  @TempDir static Path folder;

  static LabelledPictures pictures;

  static Weights initial;

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
  static TrainingConfig repeatedBatch(int iterations) {
    return repeatedBatch(Recipe.STANDARD.config(), iterations)
        .with(
            Map.of(
                "schedule.learningRate", "0.001",
                "schedule.trunkLearningRate", "0.0003"));
  }

  /// A recipe in small.
  static TrainingConfig repeatedBatch(TrainingConfig recipe, int iterations) {
    return recipe.with(
        Map.ofEntries(
            Map.entry("inputSize", "48"),
            Map.entry("servedSize", "48"),
            Map.entry("dimension", "16"),
            Map.entry("iterations", String.valueOf(iterations)),
            Map.entry("classesPerBatch", String.valueOf(CLASSES)),
            Map.entry("picturesPerDomain", String.valueOf(PICTURES)),
            Map.entry("schedule.warmUp", "0"),
            Map.entry("augmentation.sketchRotation", "0"),
            Map.entry("augmentation.photoRotation", "0"),
            Map.entry("augmentation.sketchScale", "1"),
            Map.entry("augmentation.photoScale", "1"),
            Map.entry("augmentation.aspect", "0"),
            Map.entry("augmentation.sketchShift", "0"),
            Map.entry("augmentation.photoShift", "0"),
            Map.entry("augmentation.degraded", "0"),
            Map.entry("augmentation.contrast", "0"),
            Map.entry("augmentation.brightness", "0"),
            Map.entry("augmentation.grayscale", "0"),
            Map.entry("augmentation.flip", "false")));
  }

  static TrainingConfig varied(int iterations) {
    return repeatedBatch(iterations)
        .with(
            Map.of(
                "picturesPerDomain", "2",
                "classesPerBatch", "2",
                "augmentation.sketchScale", "1.3",
                "augmentation.sketchRotation", "10",
                "augmentation.degraded", "0.5",
                "augmentation.degradedMin", "12",
                "augmentation.flip", "true"));
  }

  static Trainer start(TrainingConfig config) throws BrokenModelException {
    return Trainer.start(config, input(.25f), initial);
  }

  /// With a teacher that knows so many things and sees each of them alike.
  static TrainingInput knowing(int things) {
    float[] answers = new float[pictures.photos().size() * things];
    Arrays.fill(answers, 1f / things);
    return new TrainingInput(
        pictures, List.of(), READER, TeacherTable.of(pictures.photos(), answers));
  }

  /// With a teacher that knows four things; its answer to the first photo begins with a number.
  static TrainingInput input(float first) {
    float[] answers = new float[pictures.photos().size() * 4];
    Arrays.fill(answers, .25f);
    answers[0] = first;
    return new TrainingInput(
        pictures, List.of(), READER, TeacherTable.of(pictures.photos(), answers));
  }
}
