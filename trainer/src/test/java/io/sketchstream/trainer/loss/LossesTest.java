package io.sketchstream.trainer.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.Arrays;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// The objectives against values counted by hand, and against slow, obvious versions.
class LossesTest {
  private static final double MARGIN = .2;

  @Test
  void computesQuadrupletLossAsByHand() {
    try (NDManager manager = NDManager.newBaseManager()) {
      // Class 0 lies along x, class 1 along y; its photo is halfway.
      float[] sketches = {1, 0, 0, 1};
      float half = (float) Math.sqrt(.5);
      float[] photos = {1, 0, half, half};
      int[] labels = {0, 1};

      double loss =
          new QuadrupletLoss(MARGIN)
              .of(matrix(manager, sketches, 2), matrix(manager, photos, 2), labels)
              .getFloat();

      double near = Math.sqrt(2 - Math.sqrt(2));
      double far = Math.sqrt(2);
      double self = Math.sqrt(1e-6);
      // Anchors: two sketches, then two photos; negatives: sketch, photo.
      double sketch0 = hinge(self, far) + hinge(self, near);
      double sketch1 = hinge(near, far) + hinge(near, far);
      double photo0 = hinge(self, far) + hinge(self, near);
      double photo1 = hinge(near, near) + hinge(near, near);
      assertEquals((sketch0 + sketch1 + photo0 + photo1) / 2 / 4, loss, 1e-5);
    }
  }

  private static double hinge(double positive, double negative) {
    return Math.max(0, positive - negative + MARGIN);
  }

  @Test
  void agreesWithSimpleLoopsOnQuadruplets() {
    long seed = 7;
    Random random = new Random(seed);
    int[] labels = {0, 0, 1, 1, 2, 2, 3, 3};
    int dimension = 5;
    double[][] sketches = units(random, labels.length, dimension);
    double[][] photos = units(random, labels.length, dimension);
    try (NDManager manager = NDManager.newBaseManager()) {
      double loss =
          new QuadrupletLoss(MARGIN)
              .of(
                  matrix(manager, flat(sketches), dimension),
                  matrix(manager, flat(photos), dimension),
                  labels)
              .getFloat();
      double expected =
          (slow(sketches, photos, labels) + slow(photos, sketches, labels)) / labels.length / 4;
      assertEquals(expected, loss, 1e-5, () -> "seed " + seed);
    }
  }

  private static double slow(double[][] anchors, double[][] others, int[] labels) {
    double sum = 0;
    for (int a = 0; a < labels.length; a++) {
      double positive = 0;
      double sameDomain = Double.POSITIVE_INFINITY;
      double otherDomain = Double.POSITIVE_INFINITY;
      for (int i = 0; i < labels.length; i++) {
        if (labels[i] == labels[a]) {
          positive = Math.max(positive, distance(anchors[a], others[i]));
        } else {
          sameDomain = Math.min(sameDomain, distance(anchors[a], anchors[i]));
          otherDomain = Math.min(otherDomain, distance(anchors[a], others[i]));
        }
      }
      sum += hinge(positive, sameDomain) + hinge(positive, otherDomain);
    }
    return sum;
  }

  @Test
  void computesClassificationLossAsByHand() {
    try (NDManager manager = NDManager.newBaseManager()) {
      float[] embeddings = {1, 0, 0, 1};
      // Length does not count.
      float[] classVectors = {3, 0, 0, .5f};
      int[] labels = {0, 0};
      double loss =
          new ClassificationLoss(16)
              .of(matrix(manager, embeddings, 2), matrix(manager, classVectors, 2), labels)
              .getFloat();
      double right = Math.log(1 + Math.exp(-16));
      double wrong = 16 + Math.log(1 + Math.exp(-16));
      assertEquals((right + wrong) / 2, loss, 1e-4);
    }
  }

  @Test
  void computesPreservationAsCrossEntropyWithTheAnswers() {
    try (NDManager manager = NDManager.newBaseManager()) {
      float[] embeddings = {1, 0, 0, 1};
      float[] head = {1, 0, 0, 1, 0, 0};
      float[] bias = {0, 0, 1};
      float[] answers = {.5f, .5f, 0, 0, 0, 1};
      double loss =
          new PreservationLoss(matrix(manager, head, 2), manager.create(bias))
              .of(matrix(manager, embeddings, 2), matrix(manager, answers, 3))
              .getFloat();
      // Logits (1, 0, 1) and (0, 1, 1).
      double sum = Math.log(2 * Math.E + 1);
      double first = .5 * (sum - 1) + .5 * sum;
      double second = sum - 1;
      assertEquals((first + second) / 2, loss, 1e-5);
      assertEquals(Math.log(2) / 2, SoftTargets.entropy(answers, 2), 1e-6);
      assertTrue(loss > SoftTargets.entropy(answers, 2));
    }
  }

  @Test
  void averagesCosineDistanceOverTheRows() {
    try (NDManager manager = NDManager.newBaseManager()) {
      float[] embeddings = {1, 0, 0, 1};
      float[] targets = {1, 0, .6f, .8f};
      double loss =
          new CosineDistanceLoss()
              .of(matrix(manager, embeddings, 2), matrix(manager, targets, 2))
              .getFloat();
      assertEquals((0 + .2) / 2, loss, 1e-6);
    }
  }

  @Test
  void ignoresExcludedPrototypes() {
    try (NDManager manager = NDManager.newBaseManager()) {
      float[] prototypes = {1, 0, 0, 1, .8f, .6f};
      PrototypeLoss loss = new PrototypeLoss(matrix(manager, prototypes, 2), 2);
      float[] embedding = {1, 0};
      float[] target = {1, 0, 0};
      float[] none = {0, 0, 0};
      float[] last = {0, 0, 1};
      double all =
          loss.of(
                  matrix(manager, embedding, 2),
                  matrix(manager, target, 3),
                  matrix(manager, none, 3))
              .getFloat();
      double without =
          loss.of(
                  matrix(manager, embedding, 2),
                  matrix(manager, target, 3),
                  matrix(manager, last, 3))
              .getFloat();
      assertEquals(Math.log(Math.exp(2) + 1 + Math.exp(1.6)) - 2, all, 1e-5);
      assertEquals(Math.log(Math.exp(2) + 1) - 2, without, 1e-5);
    }
  }

  /// Every loss moves an embedding towards what it is held to.
  @Test
  void givesNonzeroGradients() {
    float[] photo = {0, 1};
    float[] other = {-1, 0};
    int[] label = {0};
    assertMoves(unit -> new ClassificationLoss(4).of(unit, rows(unit, photo, other), label));
    assertMoves(unit -> new CosineDistanceLoss().of(unit, rows(unit, photo)));
    float[] first = {1, 0};
    float[] none = {0, 0};
    assertMoves(unit ->
        new PrototypeLoss(rows(unit, photo, other), 4)
            .of(unit, rows(unit, first), rows(unit, none)));
    assertMoves(unit ->
        new PreservationLoss(rows(unit, photo, other), unit.getManager().create(none))
            .of(unit, rows(unit, first)));
    int[] labels = {0, 1};
    float[] far = {.6f, -.8f};
    assertMoves(unit ->
        new QuadrupletLoss(MARGIN)
            .of(unit.concat(rows(unit, other)), rows(unit, photo, far), labels));
  }

  /// A sketch at (1, 0) must be moved towards the photo at (0, 1).
  private static void assertMoves(UnaryOperator<NDArray> loss) {
    try (NDManager manager = NDManager.newBaseManager()) {
      float[] start = {1, 0};
      NDArray sketch = matrix(manager, start, 2);
      sketch.setRequiresGradient(true);
      float[] gradient;
      try (GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
        gradients.backward(loss.apply(sketch.mul(1)));
        gradient = sketch.getGradient().toFloatArray();
      }
      assertTrue(gradient[1] < 0, () -> "gradient " + Arrays.toString(gradient));
    }
  }

  private static NDArray rows(NDArray like, float[]... rows) {
    float[] flat = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * rows[0].length, rows[0].length);
    }
    return matrix(like.getManager(), flat, rows[0].length);
  }

  private static NDArray matrix(NDManager manager, float[] values, int columns) {
    return manager.create(values, new Shape(values.length / columns, columns));
  }

  private static double[][] units(Random random, int count, int dimension) {
    double[][] rows = new double[count][dimension];
    for (double[] row : rows) {
      double squares = 0;
      for (int i = 0; i < dimension; i++) {
        row[i] = random.nextGaussian();
        squares += row[i] * row[i];
      }
      for (int i = 0; i < dimension; i++) {
        row[i] /= Math.sqrt(squares);
      }
    }
    return rows;
  }

  private static float[] flat(double[][] rows) {
    float[] flat = new float[rows.length * rows[0].length];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = (float) rows[i / rows[0].length][i % rows[0].length];
    }
    return flat;
  }

  private static double distance(double[] a, double[] b) {
    double squares = 0;
    for (int i = 0; i < a.length; i++) {
      squares += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return Math.sqrt(squares);
  }
}
