package io.sketchstream.trainer.evaluate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.encoder.network.Libtorch;
import io.sketchstream.score.Hubness;
import io.sketchstream.score.QueryExpansion;
import io.sketchstream.score.Score;
import io.sketchstream.trainer.data.Domain;
import io.sketchstream.trainer.data.Example;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
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
  void usesPhotosOfSeenClassesAsDistractors() {
    EmbeddedPictures gallery = rows(Domain.PHOTO, "a 1 0", "b 0 1");
    EmbeddedPictures queries = rows(Domain.SKETCH, "a .8 .6");
    EmbeddedPictures seen = rows(Domain.PHOTO, "c .8 .6");
    RetrievalReport report =
        RetrievalEvaluation.of(
            queries, gallery, Hubness.none(), Optional.empty(), Optional.of(seen));
    assertEquals(1, report.overall().meanAveragePrecision(), 1e-9);
    assertEquals(.5, report.generalised().orElseThrow().meanAveragePrecision(), 1e-9);
  }

  @Test
  void subtractsHubness() {
    // The hub is near to every sketch, so it comes first.
    EmbeddedPictures gallery = rows(Domain.PHOTO, "hub .8 .6", "a 1 0");
    EmbeddedPictures queries = rows(Domain.SKETCH, "a .9 .436");
    float[] bank = {.6f, .8f, .8f, .6f, .28f, .96f};
    RetrievalReport report =
        RetrievalEvaluation.of(
            queries, gallery, Hubness.ofBank(bank, 2), Optional.empty(), Optional.empty());
    assertEquals(0, report.steps().get("plain").accuracyAt1(), 1e-9);
    assertEquals(1, report.steps().get("hubness").accuracyAt1(), 1e-9);
    assertEquals(
        List.of("plain", "hubness", "expanded", "served"), List.copyOf(report.steps().keySet()));
  }

  @Test
  void scoresLikeTheSimpleFormulaForEveryBlockSize() {
    EmbeddedPictures pictures = clusters(600, 24, 5);
    Hubness hubness = Hubness.ofBank(Arrays.copyOf(pictures.rows(), 40 * 24), 24);
    QueryExpansion expansion =
        new QueryExpansion(QueryExpansion.Mode.ON, QueryExpansion.Parameters.defaults());
    float[][] scores = new float[pictures.count()][];
    try (GallerySearch search = new GallerySearch(pictures, new Scoring(hubness, expansion))) {
      search.forEach(pictures, (query, row) -> scores[query] = row);
    }
    for (int query : new int[] {0, 255, 256, 599}) {
      float[] first = slow(pictures.row(query), pictures, hubness);
      int[] best =
          IntStream.range(0, first.length)
              .boxed()
              .sorted(Comparator.comparingDouble(i -> -first[i]))
              .limit(expansion.hits())
              .mapToInt(i -> i)
              .toArray();
      float[][] photos = IntStream.of(best).mapToObj(pictures::row).toArray(float[][]::new);
      float[] bestScores = new float[best.length];
      for (int i = 0; i < best.length; i++) {
        bestScores[i] = first[best[i]];
      }
      float[] moved = expansion.expand(pictures.row(query), photos, bestScores).orElseThrow();
      assertArrayEquals(slow(moved, pictures, hubness), scores[query], 1e-5f);
    }
  }

  private static float[] slow(float[] query, EmbeddedPictures gallery, Hubness hubness) {
    float[] scores = new float[gallery.count()];
    for (int i = 0; i < scores.length; i++) {
      float[] photo = gallery.row(i);
      float innerProduct = 0;
      for (int j = 0; j < query.length; j++) {
        innerProduct += query[j] * photo[j];
      }
      scores[i] = Score.of(innerProduct, hubness.of(photo));
    }
    return scores;
  }

  @Test
  void usesTheRankOfTheBestRightPictureInTheOpenWorld() {
    EmbeddedPictures gallery = rows(Domain.PHOTO, "canoe 1 0", "drake .8 .6", "goose 0 1");
    EmbeddedPictures queries = rows(Domain.SKETCH, "duck .6 .8", "canoe 0 1", "canoe 1 0");
    Map<String, SortedSet<String>> names =
        Map.of(
            "duck", new TreeSet<>(List.of("drake", "goose")),
            "canoe", new TreeSet<>(List.of("canoe")));
    OpenWorldReport report = OpenWorldReport.of(queries, gallery, names, Hubness.none());
    assertEquals(3, report.queries());
    assertEquals(2, report.words());
    assertEquals(2 / 3.0, report.steps().get("plain").at1(), 1e-9);
    assertEquals(1, report.steps().get("plain").at10(), 1e-9);
    assertTrue(report.text().contains("0.667"), report.text());
  }

  @Test
  void ranksCodesByHammingDistance() {
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
            pictures,
            pictures,
            Hubness.none(),
            Optional.of(BinaryCodes.fit(pictures, 1)),
            Optional.empty());
    assertTrue(report.binary().orElseThrow().meanAveragePrecision() > .9, report::text);
  }

  @Test
  void computesTheSameComponentsFromTheGramMatrix() {
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
  void findsAnOrthogonalNearestMatrix() {
    Random random = new Random(6);
    DMatrixRMaj matrix = new DMatrixRMaj(12, 12);
    for (int i = 0; i < matrix.data.length; i++) {
      matrix.data[i] = random.nextGaussian();
    }
    DMatrixRMaj rotation = BinaryCodes.closestOrthogonal(matrix);
    for (int i = 0; i < 12; i++) {
      for (int j = 0; j < 12; j++) {
        double product = 0;
        for (int k = 0; k < 12; k++) {
          product += rotation.get(i, k) * rotation.get(j, k);
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
