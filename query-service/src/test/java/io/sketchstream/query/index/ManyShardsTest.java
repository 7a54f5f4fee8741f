package io.sketchstream.query.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.events.Hit;
import io.sketchstream.events.NearestAsked;
import io.sketchstream.score.Score;
import io.sketchstream.testing.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Twelve shards with a graph each, merged from several, and two or three images of a kind in each:
/// what they find together is what there is.
final class ManyShardsTest {
  private static final int SHARDS = 12;
  private static final int IMAGES = SHARDS * 1_100;
  private static final int KINDS = IMAGES / 30;
  private static final int DIMENSION = 32;
  private static final int QUERIES = 50;
  private static final int K = 10;
  private static final Duration MERGED_MAX = Duration.ofMinutes(10);

  @TempDir Path home;
  private final long seed = Long.getLong("tests.seed", System.nanoTime());
  private final SplittableRandom random = new SplittableRandom(seed);
  private final List<ImageIndex> shards = new ArrayList<>();

  @AfterEach
  void close() throws IOException {
    for (ImageIndex shard : shards) {
      shard.close();
    }
    shards.clear();
  }

  @Test
  void agreesWithExactSearchWhenWalkingGraphs() throws Exception {
    open(IndexOptions.defaults());
    fill();
    List<float[]> queries = new ArrayList<>();
    for (int i = 0; i < QUERIES; i++) {
      queries.add(Vectors.clustered(random, DIMENSION, KINDS));
    }
    double recall = recall(queries);
    assertTrue(recall > .995, "recall " + recall + " at the default width, seed " + seed);
    commitAndClose();
    open(IndexOptions.defaults().withSearchWidth(IMAGES));
    assertEquals(1, recall(queries), "at full width, seed " + seed);
  }

  private void open(IndexOptions options) throws IOException {
    for (int shard = 0; shard < SHARDS; shard++) {
      shards.add(ImageIndex.open(home.resolve("" + shard), options, () -> false));
    }
  }

  private void commitAndClose() throws IOException {
    for (ImageIndex shard : shards) {
      shard.commit(Map.of());
    }
    close();
  }

  /// Several segments, then few, as in a shard at rest.
  private void fill() throws IOException {
    for (int i = 0; i < IMAGES; i++) {
      String id = "i" + i;
      float[] vector = Vectors.clustered(random, DIMENSION, KINDS);
      shards.get(i % SHARDS).put(id, Score.indexVector(vector, 0), Vectors.event(id, vector));
      if (i % (IMAGES / 5) == 0) {
        refresh();
      }
    }
    for (ImageIndex shard : shards) {
      shard.rest(true);
    }
    Await.until("each shard has one segment", MERGED_MAX, this::isMerged);
  }

  private boolean isMerged() throws IOException {
    refresh();
    for (ImageIndex shard : shards) {
      if (shard.size().segments() > 1) {
        shard.rest(true);
        return false;
      }
    }
    return true;
  }

  private void refresh() throws IOException {
    for (ImageIndex shard : shards) {
      shard.refresh();
    }
  }

  private double recall(List<float[]> queries) throws IOException {
    int found = 0;
    int expected = 0;
    for (float[] query : queries) {
      List<String> exact = merged(query, true);
      List<String> walked = merged(query, false);
      assertEquals(exact.size(), walked.size());
      expected += exact.size();
      found += (int) walked.stream().filter(exact::contains).count();
    }
    return (double) found / expected;
  }

  private List<String> merged(float[] query, boolean exact) throws IOException {
    List<Hit> hits = new ArrayList<>();
    for (ImageIndex shard : shards) {
      hits.addAll(shard.search(asked(query, exact)).getByVectorList());
    }
    return hits.stream()
        .sorted(
            Comparator.comparingDouble((Hit hit) -> -hit.getScore()).thenComparing(Hit::getImageId))
        .limit(K)
        .map(Hit::getImageId)
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
