package io.sketchstream.training.rollout;

import com.google.protobuf.Timestamp;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelOrigin;
import io.sketchstream.events.ModelState;
import io.sketchstream.training.rollout.RolloutRefusedException.Kind;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What may follow on what. Each method answers with the changes to write, together or not at all;
/// none means that all is as it should be.
///
/// ```
/// REGISTERED ──> BACKFILLING ──> READY ──> ACTIVE <──> STANDBY ──> RETIRED
///      └──────────────┴────────────┴── REJECTED ──────────┘
/// ```
final class RolloutRules {
  private final InstantSource clock;

  RolloutRules(InstantSource clock) {
    this.clock = clock;
  }

  /// A model to serve. With none active it is, at once; otherwise its rollout begins. One that is
  /// known stays as it is, apart from where it is stored; only one that was deleted and is sent in
  /// again begins anew.
  List<ModelChanged> register(
      RolloutState state, StoredModel model, Map<String, Double> metrics, String reason) {
    return register(state, model, metrics, reason, ModelOrigin.MODEL_ORIGIN_UNSPECIFIED);
  }

  /// @param origin where it came from, for as long as it is known
  List<ModelChanged> register(
      RolloutState state,
      StoredModel model,
      Map<String, Double> metrics,
      String reason,
      ModelOrigin origin) {
    ModelChanged known = state.models().get(model.generation().id());
    boolean first = state.active().isEmpty();
    if (known == null) {
      ModelChanged registered =
          describe(model, metrics, ModelState.REGISTERED, reason).toBuilder()
              .setOrigin(origin)
              .build();
      return first
          ? List.of(
              registered,
              change(registered, ModelState.ACTIVE, "the first model: nothing to compare it with")
                  .setEpoch(state.epoch() + 1)
                  .build())
          : List.of(registered);
    }
    String uri = model.uri().toString();
    if (first && known.getState() != ModelState.REJECTED) {
      return List.of(
          change(known, ModelState.ACTIVE, "no other model is active")
              .setArtifactUri(uri)
              .setArtifactDeleted(false)
              .setEpoch(state.epoch() + 1)
              .build());
    }
    if (known.getArtifactDeleted()) {
      return List.of(
          change(
                  known,
                  origin == ModelOrigin.TRAINED ? ModelState.REGISTERED : known.getState(),
                  "its artifact is back: " + reason)
              .setArtifactUri(uri)
              .setArtifactDeleted(false)
              .build());
    }
    return known.getArtifactUri().equals(uri)
        ? List.of()
        : List.of(
            change(known, known.getState(), "its artifact is elsewhere now")
                .setArtifactUri(uri)
                .build());
  }

  /// Whether the model of this release may take the place of the active one by itself: only if that
  /// came with a release too. What somebody trained or named stays until they say otherwise.
  static boolean mayShippedModelReplace(RolloutState state) {
    return state.active().map(active -> active.getOrigin() == ModelOrigin.SHIPPED).orElse(true);
  }

  /// Whether the artifact of a generation is of no use any more: it was trained or sent in here, it
  /// is served no more, and no other generation is made from the same files.
  static boolean mayDeleteArtifact(RolloutState state, ModelChanged model) {
    return isOver(model)
        && state.models().values().stream()
            .filter(other -> !isOver(other))
            .noneMatch(other ->
                other.getArtifactSha256().equals(model.getArtifactSha256())
                    || other.getArtifactUri().equals(model.getArtifactUri()));
  }

  /// A model that came with a release or was named here is never over: it comes back at a start.
  private static boolean isOver(ModelChanged model) {
    return model.getOrigin() == ModelOrigin.TRAINED
        && (model.getState() == ModelState.RETIRED || model.getState() == ModelState.REJECTED);
  }

  /// The weights of a generation that is served no more are about to be deleted.
  List<ModelChanged> artifactDeleted(ModelChanged model) {
    return model.getArtifactDeleted()
        ? List.of()
        : List.of(
            change(model, model.getState(), model.getReason() + "; its weights are deleted")
                .setArtifactDeleted(true)
                .build());
  }

  /// A model that did not pass: known, so that nobody wonders, and never served by itself.
  List<ModelChanged> registerRejected(
      RolloutState state, StoredModel model, Map<String, Double> metrics, String reason) {
    return state.find(model.generation().id()).isPresent()
        ? List.of()
        : List.of(
            describe(model, metrics, ModelState.REJECTED, reason).toBuilder()
                .setOrigin(ModelOrigin.TRAINED)
                .build());
  }

  /// The next registered generation starts when no other is on its way.
  List<ModelChanged> begin(RolloutState state) {
    boolean busy =
        !state.in(ModelState.BACKFILLING).isEmpty() || !state.in(ModelState.READY).isEmpty();
    List<ModelChanged> waiting = state.in(ModelState.REGISTERED);
    return busy || waiting.isEmpty()
        ? List.of()
        : List.of(
            change(waiting.getFirst(), ModelState.BACKFILLING, "no other rollout is on its way")
                .build());
  }

  List<ModelChanged> ready(ModelChanged model, String reason) {
    return List.of(change(model, ModelState.READY, reason).build());
  }

  /// What someone asked to activate: at once when it has all images, otherwise when it has.
  List<ModelChanged> activateByHand(RolloutState state, String generation) {
    ModelChanged model = known(state, generation);
    if (model.getArtifactDeleted()) {
      throw new RolloutRefusedException(
          Kind.CONFLICT,
          "the weights of generation %s are deleted: send the model in again"
              .formatted(generation));
    }
    return switch (model.getState()) {
      case ACTIVE, BACKFILLING -> List.of();
      case READY, STANDBY -> activate(state, model, "activated by hand");
      case REGISTERED, RETIRED, REJECTED, MODEL_STATE_UNSPECIFIED, UNRECOGNIZED ->
          List.of(
              change(model, ModelState.BACKFILLING, "asked for by hand; it needs all images first")
                  .build());
    };
  }

  /// Holds a backfill, or lets it go on.
  List<ModelChanged> pause(RolloutState state, String generation, boolean paused, String reason) {
    ModelChanged model = known(state, generation);
    if (model.getState() != ModelState.BACKFILLING) {
      throw new RolloutRefusedException(
          Kind.CONFLICT,
          "generation %s is %s: only a backfill can be paused and resumed"
              .formatted(generation, model.getState()));
    }
    return model.getPaused() == paused
        ? List.of()
        : List.of(change(model, ModelState.BACKFILLING, reason).setPaused(paused).build());
  }

  List<ModelChanged> rollback(RolloutState state, String reason) {
    ModelChanged previous =
        state
            .previous()
            .orElseThrow(() ->
                new RolloutRefusedException(
                    Kind.CONFLICT, "no earlier generation is kept to go back to"));
    return activate(state, previous, reason);
  }

  /// This one answers from now on; the former is kept for a rollback, those before it are not.
  List<ModelChanged> activate(RolloutState state, ModelChanged model, String reason) {
    List<ModelChanged> changes = new ArrayList<>();
    // Who goes back to an earlier generation has a reason that no measure undoes.
    changes.add(
        change(model, ModelState.ACTIVE, reason)
            .setEpoch(state.epoch() + 1)
            .setProbation(model.getState() == ModelState.READY)
            .build());
    String successor = model.getGeneration();
    for (ModelChanged former : state.in(ModelState.ACTIVE)) {
      if (!former.getGeneration().equals(successor)) {
        changes.add(
            change(former, ModelState.STANDBY, "kept for a rollback of " + successor).build());
      }
    }
    for (ModelChanged older : state.in(ModelState.STANDBY)) {
      if (!older.getGeneration().equals(successor)) {
        changes.add(
            change(older, ModelState.RETIRED, "two generations behind " + successor).build());
      }
    }
    return changes;
  }

  /// Never again, unless someone asks for it by name. The active one gives way to the one before.
  List<ModelChanged> reject(RolloutState state, String generation, String reason) {
    ModelChanged model = known(state, generation);
    return switch (model.getState()) {
      case REJECTED -> List.of();
      case ACTIVE -> {
        List<ModelChanged> changes =
            new ArrayList<>(rollback(state, "generation " + generation + " was rejected"));
        changes.removeIf(change -> change.getGeneration().equals(generation));
        changes.add(change(model, ModelState.REJECTED, reason).build());
        yield changes;
      }
      case REGISTERED,
          BACKFILLING,
          READY,
          STANDBY,
          RETIRED,
          MODEL_STATE_UNSPECIFIED,
          UNRECOGNIZED ->
          List.of(change(model, ModelState.REJECTED, reason).build());
    };
  }

  private static ModelChanged known(RolloutState state, String generation) {
    return state
        .find(generation)
        .orElseThrow(() ->
            new RolloutRefusedException(
                Kind.UNKNOWN_GENERATION, "there is no generation " + generation));
  }

  private ModelChanged describe(
      StoredModel model, Map<String, Double> metrics, ModelState state, String reason) {
    return ModelChanged.newBuilder()
        .setGeneration(model.generation().id())
        .setState(state)
        .setArtifactUri(model.uri().toString())
        .setArtifactSha256(model.sha256())
        .setNetwork(model.network())
        .setDimension(model.dimension())
        .putAllMetrics(model.metrics())
        .putAllMetrics(metrics)
        .setHeldOutShare(model.heldOut().share())
        .setReason(reason)
        .setChangedAt(now())
        .build();
  }

  private ModelChanged.Builder change(ModelChanged model, ModelState state, String reason) {
    return model.toBuilder()
        .setState(state)
        .setPaused(model.getPaused() && state == model.getState())
        .setProbation(model.getProbation() && state == model.getState())
        .setReason(reason)
        .setChangedAt(now());
  }

  private Timestamp now() {
    Instant now = clock.instant();
    return Timestamp.newBuilder().setSeconds(now.getEpochSecond()).setNanos(now.getNano()).build();
  }
}
