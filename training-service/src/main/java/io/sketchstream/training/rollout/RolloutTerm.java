package io.sketchstream.training.rollout;

import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.events.Generation;
import io.sketchstream.events.Generations;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelState;
import io.sketchstream.shell.problem.Reasons;
import io.sketchstream.shell.progress.Backfill;
import io.sketchstream.training.leadership.CommandRefusedException;
import io.sketchstream.training.leadership.CommandRefusedException.Kind;
import io.sketchstream.training.rollout.RolloutCommand.ActivateReady;
import io.sketchstream.training.rollout.RolloutCommand.Register;
import io.sketchstream.training.rollout.RolloutCommand.Reject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.jboss.logging.Logger;

/// One term of leadership: carries commands out and advances generations by itself.
///
/// **Threads:** the leader loop's.
final class RolloutTerm {
  private static final Logger LOG = Logger.getLogger(RolloutTerm.class);
  private static final Duration RETIRE_INTERVAL = Duration.ofSeconds(5);

  /// Generations in these states are fed, so they should have all images.
  private static final Set<ModelState> FED = EnumSet.of(ModelState.READY, ModelState.STANDBY);

  private final RolloutLog log;
  private final ModelStore store;
  private final RolloutOptions options;
  private final LiveSupervision supervision;
  private final RolloutRules rules = new RolloutRules(InstantSource.system());
  private final Readiness readiness;
  private final Backfills backfills;
  private final Retirement retirement;
  private final RetiredArtifacts artifacts;
  private final String configuredTrouble;
  private String refused = "";
  private long nextCheckNanos = System.nanoTime();
  private long nextRetirementNanos = System.nanoTime();

  /// Begins by adopting the configured model.
  RolloutTerm(
      RolloutLog log,
      Admin admin,
      ModelStore store,
      RolloutOptions options,
      LiveSupervision supervision) {
    this.log = log;
    this.store = store;
    this.options = options;
    this.supervision = supervision;
    this.readiness = new Readiness(admin, options.catchUpMax(), options.requireIndex());
    this.backfills = new Backfills(admin, store, options, supervision, rules);
    this.retirement = new Retirement(admin);
    ConfiguredModel configured = new ConfiguredModel(store, options, rules);
    this.configuredTrouble = configured.adopt(log);
    this.artifacts =
        new RetiredArtifacts(
            store,
            rules,
            generation ->
                configured.generation().equals(Optional.of(generation))
                    || store.isNeeded(generation));
  }

  /// Carries a command out.
  ///
  /// @param force whether a generation that lacks images may be activated
  /// @return the state after it
  /// @throws CommandRefusedException when it is refused
  Generations decide(RolloutCommand command, boolean force) {
    List<ModelChanged> changes = rules.changes(log.state(), command);
    if (!force) {
      requireReady(changes);
    }
    log.publish(changes);
    return log.state();
  }

  /// Registers a stored model, and stores it again if it was deleted since.
  Generations register(Register command, Path artifact) {
    StoredModel model = command.model();
    boolean deleted =
        log.state().find(model.generation()).filter(ModelChanged::getArtifactDeleted).isPresent();
    try {
      StoredModel stored = deleted ? store.keep(artifact) : model;
      return decide(
          new Register(stored, command.metrics(), command.reason(), command.origin()), false);
    } catch (BrokenModelException | IOException e) {
      throw new CommandRefusedException(
          Kind.CONFLICT, "the model can't be stored: " + Reasons.of(e));
    }
  }

  /// Advances what can be advanced now.
  void step() throws InterruptedException {
    if (System.nanoTime() - nextCheckNanos >= 0) {
      advance();
      nextCheckNanos = System.nanoTime() + options.checkInterval().toNanos();
    }
    if (System.nanoTime() - nextRetirementNanos >= 0) {
      retire();
      nextRetirementNanos = System.nanoTime() + RETIRE_INTERVAL.toNanos();
    }
  }

  /// Progress of each backfill.
  Map<String, Backfill> progress() {
    return backfills.progress();
  }

  /// What is wrong, for people; empty when nothing is.
  String trouble() {
    return List.of(configuredTrouble, backfills.waiting(), refused).stream()
        .filter(trouble -> !trouble.isEmpty())
        .findFirst()
        .orElse("");
  }

  /// Refuses to activate a generation that is fed and lacks images.
  private void requireReady(List<ModelChanged> changes) {
    for (ModelChanged change : changes) {
      boolean wasFed =
          log.state()
              .find(change.getGeneration())
              .filter(before -> FED.contains(before.getState()))
              .isPresent();
      if (wasFed && change.getState() == ModelState.ACTIVE) {
        readiness
            .missing(new Generation(change.getGeneration()))
            .ifPresent(missing -> {
              throw new CommandRefusedException(
                  Kind.CONFLICT,
                  "generation %s is not ready: %s; force=true activates it anyway"
                      .formatted(change.getGeneration(), missing));
            });
      }
    }
  }

  /// Decides by itself; a refused command is repeated later.
  private void tryTo(RolloutCommand command) {
    try {
      Generations _ = decide(command, false);
      refused = "";
    } catch (CommandRefusedException e) {
      if (!refused.equals(e.getMessage())) {
        LOG.warn(e.getMessage());
      }
      refused = e.getMessage();
    }
  }

  private void advance() throws InterruptedException {
    if (log.state().active().isEmpty()) {
      return;
    }
    backfills.advance(log);
    watch();
    List<ModelChanged> ready = log.state().in(ModelState.READY);
    if (options.automatic() && !ready.isEmpty()) {
      ModelChanged next = ready.getFirst();
      String why = GateSummary.sentence(next.getMetricsMap()).orElse("It is ready");
      tryTo(new ActivateReady(next, why + ". Activated."));
    }
  }

  /// Rolls back a generation on probation that turns out worse than the previous one.
  private void watch() {
    Optional<ModelChanged> active = log.state().active();
    Optional<ModelChanged> previous = log.state().previous();
    if (active.isEmpty() || previous.isEmpty() || !active.get().getProbation()) {
      return;
    }
    supervision
        .regression(active.get(), previous.get())
        .ifPresent(why -> {
          LOG.warnf("generation %s is worse: %s", active.get().getGeneration(), why);
          tryTo(
              new Reject(
                  active.get().getGeneration(),
                  "rolled back automatically to generation %s: %s"
                      .formatted(previous.get().getGeneration(), why)));
        });
  }

  private void retire() throws InterruptedException {
    List<Generation> freed = retirement.free(List.copyOf(log.state().ended()));
    if (options.deleteRetiredArtifacts()) {
      artifacts.delete(log, freed);
    }
  }
}
