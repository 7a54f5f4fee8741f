package io.sketchstream.query.status;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelState;
import io.sketchstream.query.status.Status.Lag;
import io.sketchstream.shell.progress.Backfill;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class BackfillRatesTest {
  private static final ModelChanged ACTIVE = model("g1", ModelState.ACTIVE).build();
  private static final ModelChanged COMING = model("g2", ModelState.BACKFILLING).build();

  private final BackfillRates rates = new BackfillRates();

  @Test
  void computesShareRateAndTimeLeftOfABackfill() {
    assertEquals(
        new Backfill(false, 0, 1000, 0, 0, OptionalLong.empty()), sample(0, COMING, 1000, 0, 1000));
    // Fifteen a second for twenty seconds, while two hundred more came in.
    assertEquals(
        new Backfill(false, .25, 900, 50, 15, OptionalLong.of(60)),
        sample(20, COMING, 900, 50, 1200));
    assertEquals(Set.of("g2"), all(21, COMING, 890, 0, 1200).keySet());
  }

  @Test
  void knowsNoTimeLeftWhilePausedOrWhenAllAreEmbedded() {
    Backfill _ = sample(0, COMING, 1000, 0, 1000);
    assertEquals(
        new Backfill(true, .5, 500, 0, 50, OptionalLong.empty()),
        sample(10, COMING.toBuilder().setPaused(true).build(), 500, 0, 1000));
    assertEquals(
        new Backfill(false, 1, 0, 7, 50, OptionalLong.empty()), sample(20, COMING, 0, 7, 1000));
    assertEquals(
        new Backfill(false, 1, 0, 0, 0, OptionalLong.empty()),
        new BackfillRates().sample(0, List.of(COMING), Map.of("g2", new Lag(0, 0)), 0).get("g2"));
  }

  @Test
  void forgetsFinishedBackfills() {
    Backfill _ = sample(0, COMING, 100, 0, 1000);
    assertEquals(Map.of(), all(1, model("g2", ModelState.READY).build(), 0, 0, 1000));
    assertEquals(0, sample(2, COMING, 100, 0, 1000).imagesPerSecond());
  }

  private Backfill sample(long second, ModelChanged model, long images, long embeddings, long all) {
    return all(second, model, images, embeddings, all).get("g2");
  }

  private Map<String, Backfill> all(
      long second, ModelChanged model, long images, long embeddings, long all) {
    return rates.sample(
        TimeUnit.SECONDS.toNanos(second),
        List.of(ACTIVE, model),
        Map.of("g1", new Lag(0, 0), "g2", new Lag(images, embeddings)),
        all);
  }

  private static ModelChanged.Builder model(String generation, ModelState state) {
    return ModelChanged.newBuilder().setGeneration(generation).setState(state);
  }
}
