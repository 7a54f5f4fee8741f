package io.sketchstream.query.standing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.events.Generation;
import io.sketchstream.events.StandingQuery;
import io.sketchstream.events.StandingQueryMatched;
import io.sketchstream.query.index.IndexOptions;
import io.sketchstream.score.Score;
import io.sketchstream.testing.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The threshold of a query follows from the scores of the gallery in each generation: in the next
/// one all images are nearer to the sketch.
final class RecalibrationTest extends StandingFixture {
  private static final int ONE_IN = 20;
  private static final float[] SKETCH = random(5_000);

  /// A sample may be up to half of the gallery behind.
  private static final double TOLERANCE = .04;

  @Test
  void eachGenerationHasAThresholdOfItsOwn() throws Exception {
    fill(Duration.ofHours(1));
    WatchingProcess process = startFilled("first");
    StandingQuery query = sketched("boats", ONE_IN).build();
    embedded(FIRST, query, SKETCH);
    register(process, query);
    awaitWatching(process, List.of(query));
    double first = process.standing().threshold("boats").orElseThrow();
    assertEquals(expected(0), first, TOLERANCE, "seed " + SEED);

    for (int i = 0; i < THERE; i++) {
      image(NEXT, "old" + i, vector(i, 1), Instant.now().minus(Duration.ofHours(1)));
    }
    embedded(NEXT, query, SKETCH);
    process.index(NEXT, IndexOptions.defaults());
    Await.until("all are indexed", () -> process.documents(NEXT) == THERE);
    process.activate(NEXT, Instant.now());
    double next = expected(1);
    assertTrue(next > first + 4 * TOLERANCE, first + " and " + next + ", seed " + SEED);
    Await.until(
        "the threshold of " + NEXT,
        () -> Math.abs(process.standing().threshold("boats").orElse(0) - next) < TOLERANCE);
    image(NEXT, "late", SKETCH, Instant.now());
    Await.until("its match", () -> standing().contains(pair("boats", "late")));
    StandingQueryMatched late =
        reported().stream()
            .filter(match -> match.getImageId().equals("late"))
            .findFirst()
            .orElseThrow();
    assertEquals(next, late.getThreshold(), TOLERANCE);
    assertEquals(NEXT, new Generation(late.getGeneration()));
  }

  /// @param share of the sketch
  private static float[] vector(int image, float share) {
    float[] vector = random(image);
    double squares = 0;
    for (int i = 0; i < vector.length; i++) {
      vector[i] += share * SKETCH[i];
      squares += vector[i] * vector[i];
    }
    for (int i = 0; i < vector.length; i++) {
      vector[i] /= (float) Math.sqrt(squares);
    }
    return vector;
  }

  private static float expected(float share) {
    float[] scores = new float[THERE];
    for (int i = 0; i < THERE; i++) {
      scores[i] = Score.of(Score.searchVector(SKETCH), Score.indexVector(vector(i, share), 0));
    }
    return TailThreshold.of(scores, ONE_IN);
  }
}
