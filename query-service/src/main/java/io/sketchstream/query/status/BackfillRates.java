package io.sketchstream.query.status;

import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelState;
import io.sketchstream.query.status.Status.Lag;
import io.sketchstream.shell.progress.Backfill;
import io.sketchstream.shell.progress.RateWindow;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Progress and recent speed of the generations that are catching up with the gallery, by Kafka's
/// offsets, as the rollout sees it too.
///
/// **Threads:** the sampler's.
final class BackfillRates {
  private static final Duration WINDOW = Duration.ofSeconds(30);

  private final Map<String, RateWindow> embedded = new HashMap<>();

  /// Takes a sample of each.
  ///
  /// @param lags by generation
  /// @param images records of `images` in all
  /// @return by generation
  Map<String, Backfill> sample(
      long nanos, Collection<ModelChanged> models, Map<String, Lag> lags, long images) {
    Map<String, Backfill> backfills = new HashMap<>();
    Set<String> coming =
        models.stream()
            .filter(model -> model.getState() == ModelState.BACKFILLING)
            .map(ModelChanged::getGeneration)
            .collect(Collectors.toSet());
    embedded.keySet().retainAll(coming);
    for (ModelChanged model : models) {
      Lag lag = lags.get(model.getGeneration());
      if (lag != null && coming.contains(model.getGeneration())) {
        RateWindow rate =
            embedded.computeIfAbsent(model.getGeneration(), _ -> new RateWindow(WINDOW));
        rate.add(nanos, images - lag.images());
        backfills.put(
            model.getGeneration(),
            Backfill.of(images, lag.images(), lag.embeddings(), rate.perSecond())
                .withPaused(model.getPaused()));
      }
    }
    return backfills;
  }
}
