package io.sketchstream.training.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The objectives against values counted by hand, and against slow, obvious versions.
class LossesTest {
  private static final double MARGIN = .2;

  @Test
  void quadrupletOfAHandfulIsAsCountedByHand() {
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
  void quadrupletAgreesWithTheObviousLoops() {
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
  void classificationIsAsCountedByHand() {
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
  void preservationIsCrossEntropyWithTheTable() {
    float[][] table = {{.5f, .5f, 0}, {0, 0, 1}};
    try (NDManager manager = NDManager.newBaseManager()) {
      float[] embeddings = {1, 0, 0, 1};
      float[] head = {1, 0, 0, 1, 0, 0};
      float[] bias = {0, 0, 1};
      int[] labels = {0, 1};
      PreservationLoss preservation = new PreservationLoss(table);
      double loss =
          preservation
              .of(
                  matrix(manager, embeddings, 2),
                  matrix(manager, head, 2),
                  manager.create(bias),
                  labels)
              .getFloat();
      // Logits (1, 0, 1) and (0, 1, 1).
      double sum = Math.log(2 * Math.E + 1);
      double first = .5 * (sum - 1) + .5 * sum;
      double second = sum - 1;
      assertEquals((first + second) / 2, loss, 1e-5);
      assertEquals(Math.log(2) / 2, preservation.entropy(labels), 1e-6);
      assertTrue(loss > preservation.entropy(labels));
    }
  }

  @Test
  void refusesLabelsOutsideTheTable() {
    float[][] table = {{1, 0}};
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray embeddings = manager.ones(new Shape(1, 2));
      int[] labels = {1};
      PreservationLoss preservation = new PreservationLoss(table);
      assertThrows(
          ArrayIndexOutOfBoundsException.class,
          () -> preservation.of(embeddings, embeddings, manager.zeros(new Shape(1)), labels));
    }
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
