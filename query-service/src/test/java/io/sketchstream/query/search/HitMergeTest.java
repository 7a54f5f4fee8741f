package io.sketchstream.query.search;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.Timestamp;
import io.sketchstream.events.ImageAttributes;
import io.sketchstream.query.index.ShardAnswer;
import io.sketchstream.query.index.ShardHit;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HitMergeTest {
  @Test
  void ordersByScoreAndEqualScoresById() {
    List<ShardAnswer> answers =
        List.of(
            new ShardAnswer(List.of(hit("d", .9f), hit("b", .5f)), List.of()),
            new ShardAnswer(List.of(hit("c", .9f), hit("a", .5f)), List.of()));
    assertEquals(List.of("c", "d", "a"), ids(HitMerge.merge(answers, 3, false)));
  }

  @Test
  void keepsAnImageOnce() {
    List<ShardAnswer> answers =
        List.of(
            new ShardAnswer(List.of(hit("a", .2f)), List.of()),
            new ShardAnswer(List.of(hit("a", .8f), hit("b", .5f)), List.of()));
    List<ShardHit> merged = HitMerge.merge(answers, 10, false);
    assertEquals(List.of("a", "b"), ids(merged));
    assertEquals(.8f, merged.getFirst().score());
  }

  @Test
  void fusesWordsByReciprocalRank() {
    List<ShardAnswer> answers =
        List.of(
            new ShardAnswer(
                List.of(hit("drawn", .9f), hit("both", .8f)),
                List.of(hit("said", .1f), hit("both", .8f))));
    // both: 1/62 + 1/62; drawn and said: 1/61 each, the nearer first.
    assertEquals(List.of("both", "drawn", "said"), ids(HitMerge.merge(answers, 3, true)));
  }

  private static ShardHit hit(String id, float score) {
    return new ShardHit(
        id, score, ImageAttributes.getDefaultInstance(), Timestamp.getDefaultInstance());
  }

  private static List<String> ids(List<ShardHit> hits) {
    return hits.stream().map(ShardHit::imageId).toList();
  }
}
