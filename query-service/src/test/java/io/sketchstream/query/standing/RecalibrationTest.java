package io.sketchstream.query.standing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.sketchstream.events.Generation;
import io.sketchstream.events.StandingQuery;
import io.sketchstream.query.index.IndexOptions;
import io.sketchstream.score.Score;
import io.sketchstream.testing.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The threshold of a query follows from the scores of the gallery in each generation.
final class RecalibrationTest extends StandingFixture {
  private static final int ONE_IN = 20;
  private static final int OTHER_VECTORS = 700_000;

  @Test
  void eachGenerationHasAThresholdOfItsOwn() throws Exception {
    fill(Duration.ofHours(1));
    WatchingProcess process = startFilled("first");
    StandingQuery query = sketched("boats", ONE_IN).build();
    embedded(FIRST, query, random(5_000));
    register(process, query);
    awaitWatching(process, List.of(query));
    double first = process.standing().threshold("boats").orElseThrow();
    assertEquals(expected(0, 5_000), first, 1e-5, "seed " + SEED);

    for (int i = 0; i < THERE; i++) {
      image(NEXT, "old" + i, random(OTHER_VECTORS + i), Instant.now().minus(Duration.ofHours(1)));
    }
    embedded(NEXT, query, random(5_001));
    process.index(NEXT, IndexOptions.defaults());
    Await.until("all are indexed", () -> process.documents(NEXT) == THERE);
    process.activate(NEXT, Instant.now());
    double next = expected(OTHER_VECTORS, 5_001);
    assertNotEquals(first, next, 1e-3, "seed " + SEED);
    Await.until(
        "the threshold of " + NEXT,
        () -> Math.abs(process.standing().threshold("boats").orElse(0) - next) < 1e-5);
    image(FIRST, "late", random(5_000), Instant.now());
    image(NEXT, "late", random(5_001), Instant.now());
    Await.until("its match", () -> !told().isEmpty());
    assertEquals(next, told().getFirst().getThreshold(), 1e-5);
    assertEquals(NEXT, new Generation(told().getFirst().getGeneration()));
  }

  private static float expected(int images, int sketch) {
    float[] scores = new float[THERE];
    for (int i = 0; i < THERE; i++) {
      scores[i] =
          Score.of(Score.searchVector(random(sketch)), Score.indexVector(random(images + i), 0));
    }
    return TailThreshold.of(scores, ONE_IN);
  }
}
