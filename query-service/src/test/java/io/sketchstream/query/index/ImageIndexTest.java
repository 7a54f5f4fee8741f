package io.sketchstream.query.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.events.Hit;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Random histories against the slow obvious version. `-Dtests.seed=` repeats one.
final class ImageIndexTest {
  private static final int DIMENSION = 48;
  private static final int STEPS = 6_000;

  @TempDir Path directory;
  private final long seed = Long.getLong("tests.seed", System.nanoTime());
  private final SplittableRandom random = new SplittableRandom(seed);
  private final Map<String, float[]> model = new TreeMap<>();
  private Map<String, float[]> committedModel = Map.of();

  @Test
  void agreesWithBruteForce() throws Exception {
    ImageIndex index = ImageIndex.open(directory, IndexOptions.defaults(), () -> false);
    int hitCount = 0;
    int expectedCount = 0;
    for (int step = 0; step < STEPS; step++) {
      int action = random.nextInt(1000);
      String id = "i" + random.nextInt(2_500);
      if (action < 750) {
        float[] vector = Vectors.clustered(random, DIMENSION, 20);
        index.put(id, vector, Vectors.event(id, vector, tags(id)));
        model.put(id, vector);
      } else if (action < 980) {
        index.remove(id);
        model.remove(id);
      } else if (action < 990) {
        index.refresh();
        int[] counts = checkSearch(index);
        hitCount += counts[0];
        expectedCount += counts[1];
      } else if (action < 996) {
        index.commit(Map.of("step", Integer.toString(step)));
        committedModel = new TreeMap<>(model);
      } else {
        index = reopen(index);
      }
    }
    index.close();
    double recall = (double) hitCount / expectedCount;
    System.out.printf("seed %d: recall %.4f over %d hits%n", seed, recall, expectedCount);
    assertTrue(recall > 0.97, "recall " + recall + ", seed " + seed);
  }

  /// The measure that the recall monitor takes the graph by.
  @Test
  void findsImagesThatABadGraphMissesByExactSearch() throws Exception {
    IndexOptions bad =
        new IndexOptions(
            VectorFormat.FLOAT32,
            2,
            10,
            1,
            64L << 20,
            20_000,
            java.time.Duration.ofSeconds(1),
            java.time.Duration.ofDays(15));
    int k = 10;
    int searches = 50;
    int found = 0;
    try (ImageIndex index = ImageIndex.open(directory, bad, () -> false)) {
      for (int i = 0; i < 3_000; i++) {
        float[] vector = Vectors.clustered(random, DIMENSION, 20);
        index.put("i" + i, vector, Vectors.event("i" + i, vector));
        model.put("i" + i, vector);
      }
      index.remove("i0");
      model.remove("i0");
      index.refresh();
      for (int i = 0; i < searches; i++) {
        float[] query = Vectors.clustered(random, DIMENSION, 20);
        KnnQuery knn = KnnQueries.nearest(query, k);
        List<String> exact = new ArrayList<>(KnnQueries.ids(index.search(knn.exactly())));
        // Of two that score nearly alike, rounding may put either first.
        assertArrayEquals(
            scores(nearest(query, k), query), scores(exact, query), 1e-6f, "seed " + seed);
        exact.retainAll(KnnQueries.ids(index.search(knn)));
        found += exact.size();
      }
    }
    double recall = (double) found / (k * searches);
    assertTrue(recall < 0.9, "a graph of two neighbours has recall " + recall + ", seed " + seed);
  }

  private float[] scores(List<String> ids, float[] query) {
    float[] scores = new float[ids.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = Vectors.dot(model.get(ids.get(i)), query);
    }
    return scores;
  }

  private List<String> nearest(float[] query, int k) {
    return model.entrySet().stream()
        .sorted(
            java.util.Comparator.comparingDouble(
                entry -> -(double) Vectors.dot(entry.getValue(), query)))
        .limit(k)
        .map(Map.Entry::getKey)
        .toList();
  }

  /// A crash: everything since the last commit is gone.
  private ImageIndex reopen(ImageIndex index) throws Exception {
    index.close();
    model.clear();
    model.putAll(committedModel);
    return ImageIndex.open(directory, IndexOptions.defaults(), () -> false);
  }

  /// @return how many of the true nearest were found, and how many there are
  private int[] checkSearch(ImageIndex index) throws Exception {
    int k = 1 + random.nextInt(50);
    int share = random.nextInt(3);
    Optional<Query> filter =
        share == 0
            ? Optional.empty()
            : Optional.of(new TermQuery(new Term(ImageFields.TAG, share == 1 ? "half" : "few")));
    float[] query = Vectors.clustered(random, DIMENSION, 20);
    List<Hit> hits = index.search(KnnQueries.nearest(query, k, filter)).getByVectorList();

    List<String> expected =
        model.entrySet().stream()
            .filter(image ->
                share == 0 || List.of(tags(image.getKey())).contains(share == 1 ? "half" : "few"))
            .sorted(
                java.util.Comparator.comparingDouble(
                    image -> -Vectors.dot(image.getValue(), query)))
            .limit(k)
            .map(Map.Entry::getKey)
            .toList();
    assertEquals(expected.size(), hits.size(), "as many as there are, seed " + seed);
    assertEquals(
        hits,
        hits.stream()
            .sorted(
                java.util.Comparator.comparingDouble((Hit hit) -> -hit.getScore())
                    .thenComparing(Hit::getImageId))
            .toList(),
        "seed " + seed);
    Set<String> found = new HashSet<>();
    for (Hit hit : hits) {
      assertTrue(found.add(hit.getImageId()), hit.getImageId() + " twice, seed " + seed);
      assertTrue(model.containsKey(hit.getImageId()), hit.getImageId() + " is gone, seed " + seed);
      assertEquals(Vectors.dot(model.get(hit.getImageId()), query), hit.getScore(), 1e-5f);
      assertFalse(hit.getAttributes().getTitle().isEmpty());
    }
    int exact = found.size();
    found.retainAll(expected);
    if (share == 2) {
      assertEquals(exact, found.size(), "a narrow filter is exact, seed " + seed);
    }
    return new int[] {found.size(), expected.size()};
  }

  private static String[] tags(String id) {
    int number = Integer.parseInt(id.substring(1));
    return number % 50 == 0
        ? new String[] {"few", "half"}
        : number % 2 == 0 ? new String[] {"half"} : new String[0];
  }
}
