package io.sketchstream.query.standing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.events.StandingQuery;
import io.sketchstream.score.Score;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Standing queries that ask for the best so many a day.
final class BestOfADayTest extends StandingFixture {
  private static final int COMING = 60;

  /// Each that is among the best three up to then is reported; the others are not.
  @Test
  void publishesTheBestOfADay() throws Exception {
    fill(Duration.ofDays(2)); // What came in within a day makes them rare, and here nothing has.
    WatchingProcess process = startFilled("first");
    StandingQuery query = sketched("best", 0).setPerDay(3).build();
    float[] sketch = random(5_000);
    embedded(FIRST, query, sketch);
    register(process, query);
    awaitWatching(process, List.of(query));
    List<Float> scores = new ArrayList<>();
    Set<String> expected = new TreeSet<>();
    for (int i = 0; i < COMING; i++) {
      float[] vector = random(6_000 + i);
      float score = Score.of(Score.searchVector(sketch), Score.indexVector(vector, 0));
      image(FIRST, "new" + i, vector, Instant.now());
      if (scores.stream().filter(better -> better >= score).count() < 3) {
        expected.add(pair("best", "new" + i));
        awaitReported(expected);
      }
      scores.add(score);
    }
    image(FIRST, "last", sketch, Instant.now());
    expected.add(pair("best", "last"));
    awaitReported(expected);
    assertTrue(expected.size() < COMING / 2, expected + " with seed " + SEED);
  }

  /// As rare as four are among the images of a day.
  @Test
  void learnsTheDailyThresholdFromTheLastDay() throws Exception {
    fill(Duration.ofHours(1));
    WatchingProcess process = startFilled("first");
    StandingQuery best = sketched("best", 0).setPerDay(4).build();
    StandingQuery rare = sketched("rare", THERE / 4).build();
    for (StandingQuery query : List.of(best, rare)) {
      embedded(FIRST, query, random(5_000));
      register(process, query);
    }
    awaitWatching(process, List.of(best, rare));
    double threshold = process.standing().threshold("rare").orElseThrow();
    assertEquals(threshold, process.standing().threshold("best").orElseThrow(), 0.05 * threshold);
  }
}
