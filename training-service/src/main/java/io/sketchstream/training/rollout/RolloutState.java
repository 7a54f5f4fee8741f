package io.sketchstream.training.rollout;

import io.sketchstream.events.Generation;
import io.sketchstream.events.Generations;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// What [models] says, as the rollout decides from it. Immutable.
record RolloutState(Generations generations) {
  static final RolloutState EMPTY = new RolloutState(Generations.NONE);

  /// @throws IllegalArgumentException when the record is not valid
  RolloutState with(String generation, ModelChanged change) {
    return new RolloutState(generations.with(generation, change));
  }

  /// @throws IllegalArgumentException when a record is not valid
  RolloutState with(List<ModelChanged> changes) {
    return new RolloutState(generations.with(changes));
  }

  /// The last record of each generation.
  Map<String, ModelChanged> models() {
    return generations.models().values().stream()
        .collect(Collectors.toUnmodifiableMap(ModelChanged::getGeneration, model -> model));
  }

  Optional<ModelChanged> find(String generation) {
    try {
      return generations.find(new Generation(generation));
    } catch (IllegalArgumentException _) {
      return Optional.empty(); // No generation has such a name.
    }
  }

  Optional<ModelChanged> active() {
    return generations.active();
  }

  Optional<ModelChanged> previous() {
    return generations.previous();
  }

  List<ModelChanged> in(ModelState state) {
    return generations.in(state);
  }

  long epoch() {
    return generations.epoch();
  }
}
