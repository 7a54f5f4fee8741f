package io.sketchstream.query.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.events.Hit;
import io.sketchstream.events.NearestAsked;
import io.sketchstream.score.Score;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Shards of some two thousand images of many kinds, few of a kind in each: no image may be out of
/// reach because little leads to it.
final class SmallShardsTest {
  private static final int SHARDS = 4;
  private static final int IMAGES = 8_000;
  private static final int KINDS = 800;
  private static final int DIMENSION = 256;
  private static final int K = 10;

  @TempDir Path home;
  private final long seed = Long.getLong("tests.seed", System.nanoTime());
  private final SplittableRandom random = new SplittableRandom(seed);
  private final float[][] vectors = new float[IMAGES][];
  private final List<ImageIndex> shards = new ArrayList<>();

  @BeforeEach
  void fill() throws IOException {
    for (int shard = 0; shard < SHARDS; shard++) {
      shards.add(ImageIndex.open(home.resolve("" + shard), IndexOptions.defaults(), () -> false));
    }
    for (int i = 0; i < IMAGES; i++) {
      vectors[i] = Vectors.clustered(random, DIMENSION, KINDS);
      String id = "i" + i;
      shards
          .get(i % SHARDS)
          .put(id, Score.indexVector(vectors[i], 0), Vectors.event(id, vectors[i]));
      if (i % (IMAGES / 4) == 0) { // Several segments, with and without a graph.
        refresh();
      }
    }
    refresh();
  }

  @AfterEach
  void close() throws IOException {
    for (ImageIndex shard : shards) {
      shard.close();
    }
  }

  @Test
  void findsEveryImageByItsOwnVector() throws IOException {
    List<String> missing = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
      List<Hit> hits = shards.get(i % SHARDS).search(asked(vectors[i], false)).getByVectorList();
      if (hits.isEmpty() || !hits.getFirst().getImageId().equals("i" + i)) {
        missing.add("i" + i);
      }
    }
    System.out.printf(
        "%d of %d images are not found by their own vector%n", missing.size(), IMAGES);
    assertTrue(missing.size() <= IMAGES / 1_000, missing.size() + " missing, seed " + seed);
  }

  @Test
  void agreesWithExactSearchAcrossAllShards() throws IOException {
    int found = 0;
    int expected = 0;
    for (int i = 0; i < 200; i++) {
      float[] query = Vectors.clustered(random, DIMENSION, KINDS);
      List<String> exact = merged(query, true);
      List<String> walked = merged(query, false);
      assertEquals(exact.size(), walked.size());
      expected += exact.size();
      found += (int) walked.stream().filter(exact::contains).count();
    }
    double recall = (double) found / expected;
    System.out.printf("recall of %d shards %.4f%n", SHARDS, recall);
    assertTrue(recall > .995, "recall " + recall + ", seed " + seed);
  }

  private void refresh() throws IOException {
    for (ImageIndex shard : shards) {
      shard.refresh();
    }
  }

  private List<String> merged(float[] query, boolean exact) throws IOException {
    List<Hit> hits = new ArrayList<>();
    for (ImageIndex shard : shards) {
      hits.addAll(shard.search(asked(query, exact)).getByVectorList());
    }
    return IntStream.range(0, hits.size())
        .boxed()
        .sorted((a, b) -> Float.compare(hits.get(b).getScore(), hits.get(a).getScore()))
        .limit(K)
        .map(i -> hits.get(i).getImageId())
        .toList();
  }

  private static KnnQuery asked(float[] query, boolean exact) {
    return new KnnQuery(
        NearestAsked.newBuilder().setK(K).setShardsTotal(SHARDS).setExact(exact).build(),
        Score.searchVector(query),
        Optional.empty(),
        Optional.empty());
  }
}
