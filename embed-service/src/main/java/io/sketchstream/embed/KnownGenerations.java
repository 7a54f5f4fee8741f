package io.sketchstream.embed;

import io.sketchstream.events.Generation;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelState;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What [models] says of every generation. Immutable.
///
/// @param models the last record of each
record KnownGenerations(Map<String, ModelChanged> models) {
  static final KnownGenerations NONE = new KnownGenerations(Map.of());

  KnownGenerations {
    models = Map.copyOf(models);
  }

  /// After one more record; null forgets the generation.
  KnownGenerations with(String generation, ModelChanged change) {
    Map<String, ModelChanged> changed = new TreeMap<>(models);
    if (change == null) {
      changed.remove(generation);
    } else {
      changed.put(generation, change);
    }
    return new KnownGenerations(changed);
  }

  /// The generations that are fed with images.
  Map<Generation, ModelChanged> live() {
    return models.entrySet().stream()
        .filter(entry -> isLive(entry.getValue().getState()))
        .collect(Collectors.toMap(entry -> new Generation(entry.getKey()), Map.Entry::getValue));
  }

  /// Whether a generation is on its way to all images.
  boolean isBackfilling() {
    return models.values().stream().anyMatch(model -> model.getState() == ModelState.BACKFILLING);
  }

  /// The generations that live no more.
  List<ModelChanged> over() {
    return models.values().stream()
        .filter(model ->
            model.getState() == ModelState.RETIRED || model.getState() == ModelState.REJECTED)
        .toList();
  }

  /// The generation that answers sketches.
  Optional<Generation> active() {
    return models.entrySet().stream()
        .filter(entry -> entry.getValue().getState() == ModelState.ACTIVE)
        .max(Comparator.comparingLong(entry -> entry.getValue().getEpoch()))
        .map(entry -> new Generation(entry.getKey()));
  }

  private static boolean isLive(ModelState state) {
    return switch (state) {
      case BACKFILLING, READY, ACTIVE, STANDBY -> true;
      case MODEL_STATE_UNSPECIFIED, REGISTERED, RETIRED, REJECTED, UNRECOGNIZED -> false;
    };
  }
}
