package io.sketchstream.query.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.events.Hit;
import io.sketchstream.events.NearestFound;
import io.sketchstream.events.ShardReply;
import io.sketchstream.query.fanout.ShardReplies;
import io.sketchstream.query.index.PackedVector;
import io.sketchstream.query.index.Vectors;
import io.sketchstream.score.QueryExpansion;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ExpandedVectorTest {
  private static final int DIMENSION = 128;
  private final SplittableRandom random = new SplittableRandom(7);
  private final float[] query = Vectors.clustered(random, DIMENSION, 1);

  @Test
  void expandsByTheFirstHitsOfAllShards() {
    float[][] photos = new float[20][];
    float[] scores = new float[20];
    for (int i = 0; i < photos.length; i++) {
      photos[i] = Vectors.clustered(random, DIMENSION, 1);
      scores[i] = Vectors.dot(query, photos[i]) - .1f * random.nextFloat();
    }
    List<Integer> best =
        IntStream.range(0, 20)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -scores[i]))
            .limit(10)
            .toList();
    float[][] first = best.stream().map(i -> photos[i]).toArray(float[][]::new);
    float[] firstScores = new float[10];
    for (int i = 0; i < 10; i++) {
      firstScores[i] = scores[best.get(i)];
    }
    QueryExpansion expansion = expansion(QueryExpansion.Mode.ON);
    float[] expected = expansion.expand(query, first, firstScores).orElseThrow();

    ShardReplies replies =
        new ShardReplies(
            2, Map.of(0, reply(0, photos, scores), 1, reply(1, photos, scores)), Map.of());
    float[] expanded =
        ExpandedVector.of(query, replies, expansion, List.of()).orElseThrow().vector();
    assertEquals(1, Vectors.dot(expanded, expanded), 1e-5f);
    assertTrue(Vectors.dot(expanded, expected) > .9999f, "a byte a dimension is enough");
    var off = expansion(QueryExpansion.Mode.OFF);
    assertTrue(ExpandedVector.of(query, replies, off, List.of()).isEmpty());
  }

  @Test
  void isEmptyWithoutHits() {
    ShardReplies none = new ShardReplies(1, Map.of(), Map.of());
    var on = expansion(QueryExpansion.Mode.ON);
    assertTrue(ExpandedVector.of(query, none, on, List.of()).isEmpty());
  }

  private static QueryExpansion expansion(QueryExpansion.Mode mode) {
    return new QueryExpansion(mode, QueryExpansion.Parameters.defaults());
  }

  /// A shard has every other image.
  private static ShardReply reply(int shard, float[][] photos, float[] scores) {
    NearestFound.Builder found = NearestFound.newBuilder();
    IntStream.range(0, photos.length)
        .filter(i -> i % 2 == shard)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -scores[i]))
        .forEach(i ->
            found
                .addByVector(Hit.newBuilder().setImageId("i" + i).setScore(scores[i]))
                .addVectors(PackedVector.pack(photos[i])));
    return ShardReply.newBuilder().setShard(shard).setNearest(found).build();
  }
}
