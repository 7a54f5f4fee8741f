package io.sketchstream.query.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.events.Hit;
import io.sketchstream.events.NearestFound;
import io.sketchstream.events.SearchErrorCode;
import io.sketchstream.events.SearchRequest;
import io.sketchstream.events.ShardReply;
import io.sketchstream.query.fanout.ShardReplies;
import io.sketchstream.query.index.KnnQuery;
import io.sketchstream.query.index.PackedVector;
import io.sketchstream.query.index.Vectors;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class FeedbackImagesTest {
  private static final int DIMENSION = 64;
  private final SplittableRandom random = new SplittableRandom(11);
  private final float[] query = Vectors.clustered(random, DIMENSION, 100);
  private final float[] right = Vectors.clustered(random, DIMENSION, 100);
  private final float[] wrong = Vectors.clustered(random, DIMENSION, 100);

  @Test
  void asksOnlyForTheNamedImages() throws Exception {
    SearchRequest request =
        SearchRequest.newBuilder().addLike("a").addLike("say \"b\"").addUnlike("c").build();
    KnnQuery asked = new FeedbackImages(request).query(new float[DIMENSION + 1], 3);
    assertEquals("id in (\"a\", \"say \\\"b\\\"\", \"c\")", asked.asked().getFilter());
    assertEquals(3, asked.asked().getK());
    assertEquals(3, asked.asked().getVectors());
  }

  @Test
  void movesTowardsLikedAndAwayFromUnlikedImagesOfAnyShard() {
    ShardReplies replies =
        new ShardReplies(2, Map.of(0, reply(0, "r", right), 1, reply(1, "w", wrong)), Map.of());
    float[] liked = moved(SearchRequest.newBuilder().addLike("r"), replies).orElseThrow();
    assertTrue(Vectors.dot(liked, right) > Vectors.dot(query, right) + .3);
    float[] unliked = moved(SearchRequest.newBuilder().addUnlike("w"), replies).orElseThrow();
    assertTrue(Vectors.dot(unliked, wrong) < Vectors.dot(query, wrong) - .1);
    assertEquals(1, Vectors.dot(unliked, unliked), 1e-5f);
  }

  @Test
  void keepsTheQueryWhenNoImageIsFound() {
    ShardReplies none = new ShardReplies(2, Map.of(), Map.of());
    assertEquals(Optional.empty(), moved(SearchRequest.newBuilder().addLike("r"), none));
  }

  @Test
  void refusesTooManyOrTooLongOrContradictoryIds() {
    refuses(
        "like and unlike: the number of images is 21",
        SearchRequest.newBuilder()
            .addAllLike(IntStream.range(0, 11).mapToObj(i -> "r" + i).toList())
            .addAllUnlike(IntStream.range(0, 10).mapToObj(i -> "w" + i).toList()));
    refuses("like: the length of an id", SearchRequest.newBuilder().addLike("x".repeat(201)));
    refuses("unlike: the length of an id is 0", SearchRequest.newBuilder().addUnlike(""));
    refuses("'a' is in both", SearchRequest.newBuilder().addLike("a").addUnlike("a"));
  }

  private static void refuses(String reason, SearchRequest.Builder request) {
    Instant latest = Instant.parse("2026-06-01T12:00:30Z");
    SearchFailure failure =
        assertThrows(SearchFailure.class, () -> SearchQuery.parse(request.setK(5).build(), latest));
    assertEquals(SearchErrorCode.BAD_REQUEST, failure.code());
    assertTrue(failure.getMessage().contains(reason), failure.getMessage());
  }

  private Optional<float[]> moved(SearchRequest.Builder request, ShardReplies replies) {
    return new FeedbackImages(request.build()).move(query, replies).map(ExpandedVector::vector);
  }

  private static ShardReply reply(int shard, String imageId, float[] vector) {
    NearestFound found =
        NearestFound.newBuilder()
            .addAllByVector(List.of(Hit.newBuilder().setImageId(imageId).build()))
            .addVectors(PackedVector.pack(vector))
            .build();
    return ShardReply.newBuilder().setShard(shard).setNearest(found).build();
  }
}
