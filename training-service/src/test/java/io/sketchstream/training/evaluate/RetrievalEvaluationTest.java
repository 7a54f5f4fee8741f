package io.sketchstream.training.evaluate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.encoder.network.Libtorch;
import io.sketchstream.training.data.Domain;
import io.sketchstream.training.data.Example;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RetrievalEvaluationTest {
  @BeforeAll
  static void startLibtorch() {
    Libtorch.engine();
  }

  @Test
  void reportsTheMeanOverQueriesAndClasses() {
    EmbeddedPictures gallery = rows(Domain.PHOTO, "a 1 0", "a .8 .6", "b 0 1", "b -1 0");
    EmbeddedPictures queries = rows(Domain.SKETCH, "a 1 0", "b .6 .8");
    RetrievalReport report = RetrievalEvaluation.of(queries, gallery);
    // a: right, right. b: wrong (.96), right (.8), wrong (.6), right.
    assertEquals(1, report.byClass().get("a").meanAveragePrecision(), 1e-9);
    assertEquals(.5, report.byClass().get("b").meanAveragePrecision(), 1e-9);
    assertEquals(.75, report.overall().meanAveragePrecision(), 1e-9);
    assertEquals(.5, report.overall().accuracyAt1(), 1e-9);
    assertEquals(2, report.overall().queries());
    assertTrue(report.text().contains("0.750"), report.text());
  }

  @Test
  void photosOfSeenClassesDistract() {
    EmbeddedPictures gallery = rows(Domain.PHOTO, "a 1 0", "b 0 1");
    EmbeddedPictures queries = rows(Domain.SKETCH, "a .8 .6");
    EmbeddedPictures seen = rows(Domain.PHOTO, "c .8 .6");
    RetrievalReport report =
        RetrievalEvaluation.of(queries, gallery, Optional.empty(), Optional.of(seen));
    assertEquals(1, report.overall().meanAveragePrecision(), 1e-9);
    assertEquals(.5, report.generalised().orElseThrow().meanAveragePrecision(), 1e-9);
  }

  @Test
  void codesRankAsTheSlowHammingDistanceDoes() {
    EmbeddedPictures pictures = clusters(120, 80, 11);
    EmbeddedPictures codes = BinaryCodes.fit(pictures, 1).encode(pictures);
    assertEquals(BinaryCodes.BITS, codes.dimension());
    float[] products = RetrievalEvaluation.similarities(codes, 3, 1, codes);
    for (int i = 0; i < codes.count(); i++) {
      int distance = 0;
      for (int bit = 0; bit < BinaryCodes.BITS; bit++) {
        float left = codes.rows()[3 * BinaryCodes.BITS + bit];
        distance += left != codes.rows()[i * BinaryCodes.BITS + bit] ? 1 : 0;
      }
      assertEquals(BinaryCodes.BITS - 2 * distance, products[i], 0);
    }
    RetrievalReport report =
        RetrievalEvaluation.of(
            pictures, pictures, Optional.of(BinaryCodes.fit(pictures, 1)), Optional.empty());
    assertTrue(report.binary().orElseThrow().meanAveragePrecision() > .9, report::text);
  }

  @Test
  void eigenvectorsRebuildTheMatrix() {
    Random random = new Random(4);
    int n = 30;
    double[][] matrix = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        matrix[i][j] = random.nextGaussian();
        matrix[j][i] = matrix[i][j];
      }
    }
    SymmetricEigen eigen = new SymmetricEigen(matrix);
    for (int i = 0; i < n; i++) {
      double[] rebuilt = new double[n];
      for (int v = 0; v < n; v++) {
        double[] vector = eigen.vectors()[v];
        for (int j = 0; j < n; j++) {
          rebuilt[j] += eigen.values()[v] * vector[i] * vector[j];
        }
      }
      assertArrayEquals(matrix[i], rebuilt, 1e-9);
    }
  }

  @Test
  void componentsAreTheSameFromFewVectorsAsFromTheCovariance() {
    int dimension = 12;
    EmbeddedPictures pictures = clusters(10, dimension, 3);
    // Twice the same vectors have the same components, and are more than dimensions.
    EmbeddedPictures doubled = pictures.and(pictures);
    double[] few =
        PrincipalComponents.of(pictures.rows(), 10, dimension, 3).project(pictures.rows(), 0);
    double[] many =
        PrincipalComponents.of(doubled.rows(), 20, dimension, 3).project(pictures.rows(), 0);
    for (int i = 0; i < 3; i++) {
      assertEquals(many[i], few[i], 1e-4);
    }
  }

  @Test
  void theNearestOrthogonalMatrixIsOrthogonal() {
    Random random = new Random(6);
    double[][] matrix = new double[12][12];
    for (double[] row : matrix) {
      for (int j = 0; j < row.length; j++) {
        row[j] = random.nextGaussian();
      }
    }
    double[][] rotation = Matrices.closestOrthogonal(matrix);
    for (int i = 0; i < 12; i++) {
      for (int j = 0; j < 12; j++) {
        double product = 0;
        for (int k = 0; k < 12; k++) {
          product += rotation[i][k] * rotation[j][k];
        }
        assertEquals(i == j ? 1 : 0, product, 1e-8);
      }
    }
  }

  /// Unit vectors around one centre a class.
  private static EmbeddedPictures clusters(int count, int dimension, long seed) {
    Random random = new Random(seed);
    int classes = 4;
    double[][] centres = new double[classes][dimension];
    for (double[] centre : centres) {
      for (int i = 0; i < dimension; i++) {
        centre[i] = random.nextGaussian();
      }
    }
    List<Example> examples = new ArrayList<>();
    float[] rows = new float[count * dimension];
    for (int i = 0; i < count; i++) {
      examples.add(new Example(Path.of("p" + i), "class-" + i % classes, Domain.PHOTO));
      double squares = 0;
      for (int j = 0; j < dimension; j++) {
        rows[i * dimension + j] = (float) (centres[i % classes][j] + .3 * random.nextGaussian());
        squares += rows[i * dimension + j] * rows[i * dimension + j];
      }
      for (int j = 0; j < dimension; j++) {
        rows[i * dimension + j] /= (float) Math.sqrt(squares);
      }
    }
    return new EmbeddedPictures(examples, rows, dimension);
  }

  /// Each `label x y`.
  private static EmbeddedPictures rows(Domain domain, String... lines) {
    List<Example> examples = new ArrayList<>();
    float[] rows = new float[lines.length * 2];
    for (int i = 0; i < lines.length; i++) {
      String[] parts = lines[i].split(" ", -1);
      examples.add(new Example(Path.of("p" + i), parts[0], domain));
      rows[i * 2] = Float.parseFloat(parts[1]);
      rows[i * 2 + 1] = Float.parseFloat(parts[2]);
    }
    return new EmbeddedPictures(examples, rows, 2);
  }
}
