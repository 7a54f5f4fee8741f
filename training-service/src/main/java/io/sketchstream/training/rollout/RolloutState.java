package io.sketchstream.training.rollout;

import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelState;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The last record of every generation in [models]. Immutable.
record RolloutState(Map<String, ModelChanged> models) {
  static final RolloutState EMPTY = new RolloutState(Map.of());

  RolloutState {
    models = Map.copyOf(models);
  }

  RolloutState with(String generation, ModelChanged change) {
    Map<String, ModelChanged> changed = new TreeMap<>(models);
    if (change == null) {
      changed.remove(generation);
    } else {
      changed.put(generation, change);
    }
    return new RolloutState(changed);
  }

  RolloutState with(Collection<ModelChanged> changes) {
    RolloutState changed = this;
    for (ModelChanged change : changes) {
      changed = changed.with(change.getGeneration(), change);
    }
    return changed;
  }

  Optional<ModelChanged> find(String generation) {
    return Optional.ofNullable(models.get(generation));
  }

  Optional<ModelChanged> active() {
    return in(ModelState.ACTIVE).stream().max(Comparator.comparingLong(ModelChanged::getEpoch));
  }

  /// The one to go back to: of those that are still fed, the one activated last.
  Optional<ModelChanged> previous() {
    return in(ModelState.STANDBY).stream().max(Comparator.comparingLong(ModelChanged::getEpoch));
  }

  /// Those in a state, the longest in it first.
  List<ModelChanged> in(ModelState state) {
    return models.values().stream()
        .filter(model -> model.getState() == state)
        .sorted(
            Comparator.comparingLong((ModelChanged model) -> model.getChangedAt().getSeconds())
                .thenComparingInt(model -> model.getChangedAt().getNanos())
                .thenComparing(ModelChanged::getGeneration))
        .toList();
  }

  long epoch() {
    return models.values().stream().mapToLong(ModelChanged::getEpoch).max().orElse(0);
  }
}
