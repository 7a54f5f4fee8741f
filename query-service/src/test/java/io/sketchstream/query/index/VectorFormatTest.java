package io.sketchstream.query.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.events.Hit;
import io.sketchstream.query.filter.FilterParser;
import io.sketchstream.score.Score;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class VectorFormatTest {
  private static final int DIMENSION = 96;
  private static final int K = 10;

  @TempDir Path directory;
  private final SplittableRandom random = new SplittableRandom(Long.getLong("tests.seed", 11L));
  private final List<float[]> vectors = new ArrayList<>();

  @ParameterizedTest
  @EnumSource(VectorFormat.class)
  void findsTheNearestAndScoresThemByFullVectors(VectorFormat format) throws Exception {
    try (ImageIndex index = open(format)) {
      fill(index, 2_000);
      check(index);
    }
  }

  @ParameterizedTest
  @EnumSource(VectorFormat.class)
  void scoresAllImagesThatPassANarrowFilter(VectorFormat format) throws Exception {
    try (ImageIndex index = open(format)) {
      fill(index, 2_000);
      List<Integer> passing = random.ints(30, 0, vectors.size()).distinct().boxed().toList();
      String ids = passing.stream().map(i -> "i" + i).collect(Collectors.joining(", "));
      float[] query = Score.searchVector(Vectors.clustered(random, DIMENSION, 40));
      KnnQuery asked = KnnQueries.nearest(query, K, FilterParser.parse("id in (" + ids + ")"));
      List<String> nearest =
          passing.stream()
              .sorted(Comparator.comparingDouble(i -> -Vectors.dot(vectors.get(i), query)))
              .limit(K)
              .map(i -> "i" + i)
              .toList();
      assertEquals(nearest, KnnQueries.ids(index.search(asked)));
    }
  }

  @ParameterizedTest
  @CsvSource({"FLOAT32, BIT1", "BIT1, FLOAT32", "INT8, BIT1"})
  void searchesWhatWasWrittenInAnotherFormat(VectorFormat before, VectorFormat after)
      throws Exception {
    try (ImageIndex index = open(before)) {
      fill(index, 1_000);
      index.commit(Map.of());
    }
    try (ImageIndex index = open(after)) {
      check(index);
      fill(index, 1_000);
      check(index);
    }
  }

  @Test
  void isNamedAsInTheConfiguration() {
    assertEquals(VectorFormat.BIT1, VectorFormat.of("1bit"));
    assertEquals(VectorFormat.INT8, VectorFormat.of("INT8"));
    assertThrows(IllegalArgumentException.class, () -> VectorFormat.of("int4"));
  }

  @Test
  void searchesFewerCandidatesInAShardWithAShare() {
    assertEquals(160, WalkWidth.share(160, 1));
    assertEquals(99, WalkWidth.share(160, 1.0 / 2));
    assertTrue(WalkWidth.share(160, 1.0 / 16) < 30);
    assertEquals(1, WalkWidth.share(1, 1.0 / 100));
  }

  private ImageIndex open(VectorFormat format) throws Exception {
    return ImageIndex.open(directory, IndexOptions.defaults().with(format), () -> false);
  }

  private void fill(ImageIndex index, int count) throws Exception {
    for (int i = 0; i < count; i++) {
      float[] vector = Vectors.clustered(random, DIMENSION, 40);
      String id = "i" + vectors.size();
      // As hubness of real models is: the same for all, and a little more for some.
      float[] indexed = Score.indexVector(vector, .4f + .06f * (float) random.nextGaussian());
      index.put(id, indexed, Vectors.event(id, vector));
      vectors.add(indexed);
      if (i % 700 == 699) {
        index.refresh();
      }
    }
    index.refresh();
  }

  private void check(ImageIndex index) throws Exception {
    int found = 0;
    for (int round = 0; round < 50; round++) {
      float[] query = Score.searchVector(Vectors.clustered(random, DIMENSION, 40));
      List<String> nearest =
          IntStream.range(0, vectors.size())
              .boxed()
              .sorted(Comparator.comparingDouble(i -> -Vectors.dot(vectors.get(i), query)))
              .limit(K)
              .map(i -> "i" + i)
              .toList();
      List<Hit> hits = index.search(KnnQueries.nearest(query, K)).getByVectorList();
      assertEquals(K, hits.size());
      for (Hit hit : hits) {
        float[] vector = vectors.get(Integer.parseInt(hit.getImageId().substring(1)));
        assertEquals(Vectors.dot(vector, query), hit.getScore(), 1e-5f);
        found += nearest.contains(hit.getImageId()) ? 1 : 0;
      }
    }
    System.out.println("found " + found + " of " + 50 * K);
    assertTrue(found >= 50 * K * .95, "found " + found + " of " + 50 * K);
  }
}
