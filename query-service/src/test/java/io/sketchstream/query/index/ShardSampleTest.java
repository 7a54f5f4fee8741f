package io.sketchstream.query.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.events.NearestAsked;
import io.sketchstream.events.NearestFound;
import io.sketchstream.score.Score;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The scores that a shard sends of images spread over it.
final class ShardSampleTest {
  private static final int DIMENSION = 16;

  @TempDir Path directory;
  private final SplittableRandom random = new SplittableRandom(4);
  private final float[] query = Vectors.clustered(random, DIMENSION, 100);

  @Test
  void samplesEvenlyOverThePresentImages() throws Exception {
    Set<Float> there = new HashSet<>();
    try (ImageIndex index = ImageIndex.open(directory, IndexOptions.defaults(), () -> false)) {
      for (int i = 0; i < 500; i++) {
        float[] vector = Vectors.clustered(random, DIMENSION, 100);
        index.put("i" + i, vector, Vectors.event("i" + i, vector));
        if (i % 200 == 0) {
          index.commit(Map.of()); // More than one segment.
        }
        if (i >= 300) {
          there.add(Score.of(query, vector));
        }
      }
      for (int i = 0; i < 300; i++) {
        index.remove("i" + i);
      }
      index.refresh();
      NearestFound some = sample(index, 100);
      assertEquals(200, some.getDocuments());
      assertTrue(some.getSampleCount() > 30, "sample of " + some.getSampleCount());
      assertTrue(some.getSampleCount() <= 100, "sample of " + some.getSampleCount());
      assertTrue(there.containsAll(some.getSampleList()), "only what is there");
      assertEquals(
          some.getSampleCount(),
          new HashSet<>(some.getSampleList()).size(),
          "each image counts once");

      NearestFound all = sample(index, 4_000);
      assertEquals(there, Set.copyOf(all.getSampleList()));
      assertEquals(0, sample(index, 0).getSampleCount());
    }
  }

  private NearestFound sample(ImageIndex index, int count) throws Exception {
    return index.search(
        new KnnQuery(
            NearestAsked.newBuilder().setK(1).setSample(count).build(),
            query,
            Optional.empty(),
            Optional.empty()));
  }
}
