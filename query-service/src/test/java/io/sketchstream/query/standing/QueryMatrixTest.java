package io.sketchstream.query.standing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.score.Score;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The product by rounded vectors finds what the scores of a search find.
class QueryMatrixTest {
  private static final int DIMENSION = 512;
  private static final int QUERIES = 150;
  private static final int IMAGES = 300;

  private final Random random = new Random(3);

  private record Hit(int row, int image, float score) {}

  @Test
  void findsScoresThatReachTheirThreshold() {
    for (int spike : new int[] {0, 1, 40}) {
      List<float[]> queries = new ArrayList<>();
      List<float[]> images = new ArrayList<>();
      for (int i = 0; i < QUERIES; i++) {
        queries.add(Score.searchVector(unit(spike)));
      }
      for (int i = 0; i < IMAGES; i++) {
        images.add(Score.indexVector(unit(spike), .3f * random.nextFloat()));
      }
      float[] thresholds = new float[QUERIES];
      for (int row = 0; row < QUERIES; row++) {
        float[] scores = new float[IMAGES];
        for (int image = 0; image < IMAGES; image++) {
          scores[image] = Score.of(queries.get(row), images.get(image));
        }
        Arrays.sort(scores);
        thresholds[row] = scores[IMAGES - 1 - row % 10]; // One to ten hits, the last one equal.
      }
      List<Hit> expected = new ArrayList<>();
      for (int row = 0; row < QUERIES; row++) {
        for (int image = 0; image < IMAGES; image++) {
          float score = Score.of(queries.get(row), images.get(image));
          if (score >= thresholds[row]) {
            expected.add(new Hit(row, image, score));
          }
        }
      }
      assertTrue(expected.size() >= QUERIES);
      assertEquals(expected, hits(queries, images, thresholds));
    }
  }

  @Test
  void skipsImagesOfAnotherDimensionAndZeros() {
    List<float[]> queries = List.of(Score.searchVector(unit(0)));
    List<float[]> images = List.of(new float[3], new float[DIMENSION + 1]);
    assertEquals(List.of(new Hit(0, 1, 0)), hits(queries, images, new float[] {0}));
    assertEquals(List.of(), hits(queries, images, new float[] {.001f}));
    assertEquals(List.of(), hits(List.of(), images, new float[0]));
  }

  /// Rounding to bytes is coarse where a few components are large.
  @Test
  void boundsTheProductTightlyFromAbove() {
    for (int spike : new int[] {0, 1, 40}) {
      for (int i = 0; i < 200; i++) {
        float[] query = Score.searchVector(unit(spike));
        float[] image = Score.indexVector(unit(spike), .2f);
        float bound = RoundedVector.of(query).productMax(RoundedVector.of(image));
        float product = Score.of(query, image);
        assertTrue(bound >= product - 1e-5f, product + " is above " + bound);
        assertTrue(bound < product + .2f, product + " is far below " + bound);
      }
    }
  }

  private static List<Hit> hits(List<float[]> queries, List<float[]> images, float[] thresholds) {
    List<Hit> hits = new ArrayList<>();
    new QueryMatrix(queries)
        .above(images, thresholds, (row, image, score) -> hits.add(new Hit(row, image, score)));
    hits.sort(Comparator.comparingInt(Hit::row).thenComparingInt(Hit::image));
    return hits;
  }

  /// @param spike so many times larger is one component
  private float[] unit(int spike) {
    float[] vector = new float[DIMENSION];
    double squares = 0;
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = (float) random.nextGaussian() * (i == 7 ? spike : 1);
      squares += vector[i] * vector[i];
    }
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] /= (float) Math.sqrt(squares);
    }
    return vector;
  }
}
