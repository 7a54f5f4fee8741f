package io.sketchstream.training.rollout;

import com.google.protobuf.Timestamp;
import io.sketchstream.events.Generations;
import io.sketchstream.events.Instants;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelOrigin;
import io.sketchstream.events.ModelState;
import io.sketchstream.training.leadership.CommandRefusedException;
import io.sketchstream.training.leadership.CommandRefusedException.Kind;
import io.sketchstream.training.rollout.RolloutCommand.Activate;
import io.sketchstream.training.rollout.RolloutCommand.ActivateReady;
import io.sketchstream.training.rollout.RolloutCommand.BeginNext;
import io.sketchstream.training.rollout.RolloutCommand.ForgetArtifact;
import io.sketchstream.training.rollout.RolloutCommand.MarkReady;
import io.sketchstream.training.rollout.RolloutCommand.Pause;
import io.sketchstream.training.rollout.RolloutCommand.Register;
import io.sketchstream.training.rollout.RolloutCommand.RegisterRejected;
import io.sketchstream.training.rollout.RolloutCommand.Reject;
import io.sketchstream.training.rollout.RolloutCommand.RollBack;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Which change of state a command causes: the records to write, together or not at all. None means
/// that everything is as asked for.
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

  /// @throws CommandRefusedException when the state does not allow it
  List<ModelChanged> changes(Generations state, RolloutCommand command) {
    List<ModelChanged> renumbered = state.renumbered();
    List<ModelChanged> decided = decided(state.with(renumbered), command);
    return decided.isEmpty() || renumbered.isEmpty()
        ? decided
        : Stream.concat(renumbered.stream(), decided.stream()).toList();
  }

  private List<ModelChanged> decided(Generations state, RolloutCommand command) {
    return switch (command) {
      case Register c -> register(state, c.model(), c.metrics(), c.reason(), c.origin());
      case RegisterRejected c -> registerRejected(state, c.model(), c.metrics(), c.reason());
      case BeginNext() -> beginNext(state);
      case MarkReady c -> List.of(change(c.model(), ModelState.READY, c.reason()).build());
      case ActivateReady c -> activate(state, c.model(), c.reason());
      case Activate c -> activateByHand(state, c.generation());
      case Pause c -> pause(state, c.generation(), c.paused(), c.reason());
      case RollBack c -> rollBack(state, c.reason());
      case Reject c -> reject(state, c.generation(), c.reason());
      case ForgetArtifact c -> forgetArtifact(known(state, c.generation()));
    };
  }

  private List<ModelChanged> register(
      Generations state,
      StoredModel model,
      Map<String, Double> metrics,
      String reason,
      ModelOrigin origin) {
    Optional<ModelChanged> before = state.find(model.generation());
    boolean first = state.active().isEmpty();
    if (before.isEmpty()) {
      ModelChanged registered =
          describe(model, metrics, ModelState.REGISTERED, reason).toBuilder()
              .setOrigin(origin)
              .build();
      return first
          ? List.of(
              registered,
              change(registered, ModelState.ACTIVE, "the first model, nothing to compare it with")
                  .setEpoch(state.epoch() + 1)
                  .build())
          : List.of(registered);
    }
    ModelChanged known = before.get();
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
            change(known, known.getState(), "its artifact was moved").setArtifactUri(uri).build());
  }

  /// Whether the model of this release may replace the active one automatically: only if that came
  /// with a release too, not if it was trained or configured here.
  static boolean mayShippedModelReplace(Generations state) {
    return state.active().map(active -> active.getOrigin() == ModelOrigin.SHIPPED).orElse(true);
  }

  /// Whether the artifact of a generation is no longer needed: it was trained or uploaded here, its
  /// generation has ended, and no other generation uses the same files.
  static boolean mayDeleteArtifact(Generations state, ModelChanged model) {
    return hasEndedForGood(model)
        && state.models().values().stream()
            .filter(other -> !hasEndedForGood(other))
            .noneMatch(other ->
                other.getArtifactSha256().equals(model.getArtifactSha256())
                    || other.getArtifactUri().equals(model.getArtifactUri()));
  }

  /// Not a shipped or configured model: it returns at the next start.
  private static boolean hasEndedForGood(ModelChanged model) {
    return model.getOrigin() == ModelOrigin.TRAINED && Generations.hasEnded(model);
  }

  private static final String DELETED = "; its weights are deleted";

  private List<ModelChanged> forgetArtifact(ModelChanged model) {
    return model.getArtifactDeleted()
        ? List.of()
        : List.of(
            change(model, model.getState(), model.getReason() + DELETED)
                .setArtifactDeleted(true)
                .build());
  }

  private List<ModelChanged> registerRejected(
      Generations state, StoredModel model, Map<String, Double> metrics, String reason) {
    return state.find(model.generation()).isPresent()
        ? List.of()
        : List.of(
            describe(model, metrics, ModelState.REJECTED, reason).toBuilder()
                .setOrigin(ModelOrigin.TRAINED)
                .build());
  }

  private List<ModelChanged> beginNext(Generations state) {
    boolean busy =
        !state.in(ModelState.BACKFILLING).isEmpty() || !state.in(ModelState.READY).isEmpty();
    List<ModelChanged> waiting = state.in(ModelState.REGISTERED);
    return busy || waiting.isEmpty()
        ? List.of()
        : List.of(
            change(waiting.getFirst(), ModelState.BACKFILLING, "no other rollout is in progress")
                .build());
  }

  private List<ModelChanged> activateByHand(Generations state, String generation) {
    ModelChanged model = known(state, generation);
    if (model.getArtifactDeleted()) {
      throw new CommandRefusedException(
          Kind.CONFLICT,
          "the weights of generation %s are deleted: upload the model again".formatted(generation));
    }
    return switch (model.getState()) {
      case ACTIVE, BACKFILLING -> List.of();
      case READY, STANDBY -> activate(state, model, "activated by hand");
      case REGISTERED, RETIRED, REJECTED, MODEL_STATE_UNSPECIFIED, UNRECOGNIZED ->
          List.of(
              change(model, ModelState.BACKFILLING, "activated by hand; it needs all images first")
                  .build());
    };
  }

  private List<ModelChanged> pause(
      Generations state, String generation, boolean paused, String reason) {
    ModelChanged model = known(state, generation);
    if (model.getState() != ModelState.BACKFILLING) {
      throw new CommandRefusedException(
          Kind.CONFLICT,
          "generation %s is %s: only a backfill can be paused and resumed"
              .formatted(generation, model.getState()));
    }
    return model.getPaused() == paused
        ? List.of()
        : List.of(change(model, ModelState.BACKFILLING, reason).setPaused(paused).build());
  }

  private List<ModelChanged> rollBack(Generations state, String reason) {
    ModelChanged previous =
        state
            .previous()
            .orElseThrow(() ->
                new CommandRefusedException(
                    Kind.CONFLICT, "no earlier generation is kept for a rollback"));
    return activate(state, previous, reason);
  }

  /// The former one is kept for a rollback; the one before that retires.
  private List<ModelChanged> activate(Generations state, ModelChanged model, String reason) {
    List<ModelChanged> changes = new ArrayList<>();
    // Only what is new is on probation: a rollback is not undone by a measurement.
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

  private List<ModelChanged> reject(Generations state, String generation, String reason) {
    ModelChanged model = known(state, generation);
    return switch (model.getState()) {
      case REJECTED -> List.of();
      case ACTIVE -> {
        List<ModelChanged> changes =
            new ArrayList<>(rollBack(state, "generation " + generation + " was rejected"));
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

  private static ModelChanged known(Generations state, String generation) {
    return state
        .find(generation)
        .orElseThrow(() ->
            new CommandRefusedException(Kind.UNKNOWN, "there is no generation " + generation));
  }

  private ModelChanged describe(
      StoredModel model, Map<String, Double> metrics, ModelState state, String reason) {
    Timestamp now = now();
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
        .setChangedAt(now)
        .setRegisteredAt(now)
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
    return Instants.timestamp(clock.instant());
  }
}
