package io.sketchstream.trainer.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Libtorch;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.images.PhotoFit;
import io.sketchstream.images.sketch.SketchFit;
import io.sketchstream.testing.TinyDataset;
import io.sketchstream.trainer.data.Batch;
import io.sketchstream.trainer.data.Domain;
import io.sketchstream.trainer.data.Example;
import io.sketchstream.trainer.data.FilePictureReader;
import io.sketchstream.trainer.data.LabelledPictures;
import io.sketchstream.trainer.data.Word;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What pictures are held to, with two classes, two words, and a teacher that knows four things.
class SupervisionTest {
  private static final int IMAGE_NET = 4;

  @TempDir private static Path folder;

  private static Initialization start;
  private static Supervision supervision;
  private static Batch batch;
  private static LabelledPictures pictures;

  @BeforeAll
  static void prepare() throws IOException, BrokenModelException {
    Libtorch.engine();
    TinyDataset.write(folder, 2, 6, 3);
    pictures =
        LabelledPictures.read(
            List.of(folder.resolve("photos")),
            List.of(folder.resolve("sketches")),
            Optional.empty());
    // Of squares it is half sure, of triangles surer.
    List<Example> photos = pictures.photos();
    float[] answers = new float[photos.size() * IMAGE_NET];
    for (int i = 0; i < photos.size(); i++) {
      boolean square = photos.get(i).label().equals("square");
      float[] answer =
          square ? new float[] {.6f, .3f, .05f, .05f} : new float[] {.07f, .07f, .07f, .79f};
      System.arraycopy(answer, 0, answers, i * IMAGE_NET, IMAGE_NET);
    }
    Word known = new Word("box", List.of(1, 2), Optional.of("square"), drawings("square", "box"));
    Word other = new Word("canoe", List.of(3), Optional.empty(), drawings("triangle", "canoe"));
    TrainingInput input =
        new TrainingInput(
            pictures,
            List.of(known, other),
            new FilePictureReader(PhotoFit.CENTRE, SketchFit.SQUARE),
            TeacherTable.of(photos, answers));
    TrainingConfig config = Recipe.STANDARD.with(Map.of("inputSize", "48", "dimension", "8"));
    start =
        Initialization.of(
            config,
            input,
            RandomWeights.of(Network.named("mobilenet_v2"), 1),
            Optional.empty(),
            TrainingProgress.SILENT);
    supervision = new Supervision(input, start, IMAGE_NET);
    List<Example> examples = new ArrayList<>();
    examples.add(pictures.sketches("square").getFirst());
    examples.add(pictures.sketches("triangle").getFirst());
    examples.add(pictures.photos("square").getFirst());
    examples.add(pictures.photos("triangle").getFirst());
    examples.add(known.drawings().getFirst());
    examples.add(other.drawings().getFirst());
    batch = new Batch(examples, 2, 0, new byte[0], 48);
  }

  private static List<Example> drawings(String label, String word) {
    return pictures.sketches(label).stream()
        .map(sketch -> new Example(sketch.file(), word, Domain.SKETCH))
        .toList();
  }

  private static float[] row(float[] rows, int row, int count) {
    int width = rows.length / count;
    return Arrays.copyOfRange(rows, row * width, (row + 1) * width);
  }

  @Test
  void givesAnswersPerPhotoPerClassForSketchesAndByNameForWords() {
    float[] answers = supervision.answers(batch, false);
    float[] square = {.6f, .3f, .05f, .05f};
    assertArrayEquals(square, row(answers, 0, 6), 1e-6f);
    assertArrayEquals(square, row(answers, 2, 6), 1e-6f);
    float[] box = {.025f, .475f, .475f, .025f};
    assertArrayEquals(box, row(answers, 4, 6), 1e-6f);
    float[] canoe = {.025f, .025f, .025f, .925f};
    assertArrayEquals(canoe, row(answers, 5, 6), 1e-6f);
  }

  @Test
  void splitsSketchTargetsBetweenClassAndTeacher() {
    float[] targets = supervision.prototypeTargets(batch);
    // Four of ImageNet, then square and triangle; below .08 nothing is seen.
    float[] square = {1 / 3f, 1 / 6f, 0, 0, .5f, 0};
    assertArrayEquals(square, row(targets, 0, 4), 1e-6f);
    float[] triangle = {0, 0, 0, .5f, 0, .5f};
    assertArrayEquals(triangle, row(targets, 1, 4), 1e-6f);
    float[] box = {0, .5f, .5f, 0, 0, 0};
    assertArrayEquals(box, row(targets, 2, 4), 1e-6f);
  }

  @Test
  void excludesThePrototypeWithTheMeaningOfAWord() {
    float[] excluded = supervision.excludedPrototypes(batch);
    float[] box = {0, 0, 0, 0, 1, 0};
    assertArrayEquals(box, row(excluded, 2, 4));
    float[] none = new float[6];
    assertArrayEquals(none, row(excluded, 0, 4));
    assertArrayEquals(none, row(excluded, 3, 4));
  }

  @Test
  void anchorsPhotosAtTheirInitialEmbedding() {
    float[] photo = supervision.anchors(batch.photos());
    assertArrayEquals(start.unit(batch.photos().getFirst()), row(photo, 0, 2));
    float[] sketch = supervision.anchors(batch.sketches());
    assertArrayEquals(row(supervision.classMeans(), 0, 2), row(sketch, 0, 2));
    double squares = 0;
    for (float value : row(sketch, 0, 2)) {
      squares += value * value;
    }
    assertEquals(1, squares, 1e-5);
  }

  /// The embedding is made so that its mean length is that which the head is fitted at.
  @Test
  void scalesTheStartToTheNormOfTheHeads() {
    int dimension = start.dimension();
    double sum = 0;
    for (int row = 0; row < start.photos().size(); row++) {
      double squares = 0;
      for (int i = 0; i < dimension; i++) {
        double value = start.rows()[row * dimension + i];
        squares += value * value;
      }
      sum += Math.sqrt(squares);
    }
    assertEquals(4, sum / start.photos().size(), 2);
  }

  @Test
  void fitsTheHeadToTheTeachersAnswers() {
    float[] logits = supervision.preservationHead().applyAll(start.rows());
    List<Example> photos = start.photos();
    int right = 0;
    for (int i = 0; i < photos.size(); i++) {
      boolean square = logits[i * IMAGE_NET] > logits[i * IMAGE_NET + 3];
      right += square == photos.get(i).label().equals("square") ? 1 : 0;
    }
    assertTrue(right > photos.size() / 2, "only " + right + " right");
  }

  @Test
  void placesPrototypesAlongTheClassifiersRows() throws BrokenModelException {
    int features = Network.named("mobilenet_v2").dimension();
    float[] weight = new float[IMAGE_NET * features];
    for (int i = 0; i < weight.length; i++) {
      weight[i] = (i * 31 % 17) / 17f - .5f;
    }
    float[] prototypes = supervision.prototypes(new LinearMap(weight, new float[IMAGE_NET]));
    assertEquals((IMAGE_NET + 2) * start.dimension(), prototypes.length);
    float[] expected = start.prototype(Arrays.copyOf(weight, features), 10);
    assertArrayEquals(expected, row(prototypes, 0, IMAGE_NET + 2));
    assertArrayEquals(
        row(supervision.classMeans(), 1, 2), row(prototypes, IMAGE_NET + 1, IMAGE_NET + 2));
  }
}
