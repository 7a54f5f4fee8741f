package io.sketchstream.query.search;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sketchstream.events.Hit;
import io.sketchstream.events.NearestFound;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HitMergeTest {
  @Test
  void ordersByScoreAndEqualScoresById() {
    List<NearestFound> answers =
        List.of(
            found(List.of(hit("d", .9f), hit("b", .5f)), List.of()),
            found(List.of(hit("c", .9f), hit("a", .5f)), List.of()));
    assertEquals(List.of("c", "d", "a"), ids(HitMerge.merge(answers, 3, false)));
  }

  @Test
  void deduplicatesImages() {
    List<NearestFound> answers =
        List.of(
            found(List.of(hit("a", .2f)), List.of()),
            found(List.of(hit("a", .8f), hit("b", .5f)), List.of()));
    List<Hit> merged = HitMerge.merge(answers, 10, false);
    assertEquals(List.of("a", "b"), ids(merged));
    assertEquals(.8f, merged.getFirst().getScore());
  }

  @Test
  void fusesWordsByReciprocalRank() {
    List<NearestFound> answers =
        List.of(
            found(
                List.of(hit("drawn", .9f), hit("both", .8f)),
                List.of(hit("said", .1f), hit("both", .8f))));
    // both: 1/62 + 1/62; drawn and said: 1/61 each, the nearer first.
    assertEquals(List.of("both", "drawn", "said"), ids(HitMerge.merge(answers, 3, true)));
  }

  private static Hit hit(String id, float score) {
    return Hit.newBuilder().setImageId(id).setScore(score).build();
  }

  private static NearestFound found(List<Hit> byVector, List<Hit> byText) {
    return NearestFound.newBuilder().addAllByVector(byVector).addAllByText(byText).build();
  }

  private static List<String> ids(List<Hit> hits) {
    return hits.stream().map(Hit::getImageId).toList();
  }
}
