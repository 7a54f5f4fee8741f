package io.sketchstream.training.rollout;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.sketchstream.events.Generations;
import io.sketchstream.events.Instants;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelOrigin;
import io.sketchstream.events.ModelState;
import io.sketchstream.shell.progress.Backfill;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The generations as `/v1/models` shows them.
final class ModelList {
  private ModelList() {}

  /// All generations, the active one first.
  ///
  /// @param active empty when none is
  /// @param leading whether this instance takes changes
  /// @param trouble what is wrong with the rollout; empty when nothing is
  record Models(String active, boolean leading, String trouble, List<Model> models) {}

  /// One generation.
  ///
  /// @param number of the model, counted from 1 in order of registration, for display
  /// @param registeredAt when it was registered
  /// @param changedAt when it entered its state
  /// @param report whether there is a report on its training
  /// @param backfill progress of its backfill; absent when it has none
  record Model(
      String generation,
      int number,
      ModelState state,
      long epoch,
      String network,
      int dimension,
      Map<String, Double> metrics,
      String reason,
      ModelOrigin origin,
      Instant registeredAt,
      Instant changedAt,
      boolean report,
      String artifactUri,
      String artifactSha256,
      @JsonInclude(JsonInclude.Include.NON_NULL) Backfill backfill) {}

  /// What the rollout knows of each.
  static Models of(Generations state, RolloutController.View view) {
    List<String> inOrder = inOrder(state);
    List<Model> models =
        state.models().values().stream()
            .sorted(
                Comparator.comparing((ModelChanged m) -> m.getState() != ModelState.ACTIVE)
                    .thenComparing(ModelChanged::getEpoch, Comparator.reverseOrder())
                    .thenComparing(ModelChanged::getGeneration))
            .map(model ->
                describe(
                    model,
                    inOrder.indexOf(model.getGeneration()) + 1,
                    view.progress().get(model.getGeneration())))
            .toList();
    return new Models(
        state.active().map(ModelChanged::getGeneration).orElse(""),
        view.leads(),
        view.trouble(),
        models);
  }

  /// The generations in order of registration.
  private static List<String> inOrder(Generations state) {
    return state.models().values().stream()
        .sorted(
            Comparator.comparing(ModelList::registeredAt)
                .thenComparing(ModelChanged::getGeneration))
        .map(ModelChanged::getGeneration)
        .toList();
  }

  private static Instant registeredAt(ModelChanged model) {
    return Instants.of(model.hasRegisteredAt() ? model.getRegisteredAt() : model.getChangedAt());
  }

  private static Model describe(ModelChanged model, int number, Backfill progress) {
    return new Model(
        model.getGeneration(),
        number,
        model.getState(),
        model.getEpoch(),
        model.getNetwork(),
        model.getDimension(),
        new TreeMap<>(model.getMetricsMap()),
        model.getReason(),
        model.getOrigin(),
        registeredAt(model),
        Instants.of(model.getChangedAt()),
        model.getMetricsMap().containsKey(GateSummary.PASSED) && !model.getArtifactDeleted(),
        model.getArtifactUri(),
        model.getArtifactSha256(),
        progress == null ? null : progress.withPaused(model.getPaused()));
  }
}
