package io.sketchstream.training.rollout;

import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelState;
import io.sketchstream.shell.progress.Backfill;
import io.sketchstream.training.rollout.LiveSupervision.Assessment;
import io.sketchstream.training.rollout.LiveSupervision.Assessment.Fit;
import io.sketchstream.training.rollout.LiveSupervision.Assessment.NotYet;
import io.sketchstream.training.rollout.LiveSupervision.Assessment.Unfit;
import io.sketchstream.training.rollout.RolloutCommand.BeginNext;
import io.sketchstream.training.rollout.RolloutCommand.MarkReady;
import io.sketchstream.training.rollout.RolloutCommand.Reject;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.jboss.logging.Logger;

/// The backfills under way, from the verification of the artifact to READY or REJECTED. Each leader
/// starts with a new one.
///
/// **Threads:** the controller's.
final class Backfills {
  private static final Logger LOG = Logger.getLogger(Backfills.class);

  private final Admin admin;
  private final ModelStore store;
  private final RolloutOptions options;
  private final LiveSupervision supervision;
  private final RolloutRules rules;
  private final Map<String, GenerationCatchUp> catchingUp = new HashMap<>();
  private final Set<String> caughtUp = new HashSet<>();
  private final Set<String> verified = new HashSet<>();
  private String waiting = "";

  Backfills(
      Admin admin,
      ModelStore store,
      RolloutOptions options,
      LiveSupervision supervision,
      RolloutRules rules) {
    this.admin = admin;
    this.store = store;
    this.options = options;
    this.supervision = supervision;
    this.rules = rules;
  }

  /// Begins the next one if none is under way, and advances the others.
  void advance(RolloutLog log) {
    log.publish(rules.changes(log.state(), new BeginNext()));
    List<ModelChanged> backfilling = log.state().in(ModelState.BACKFILLING);
    List<String> generations = backfilling.stream().map(ModelChanged::getGeneration).toList();
    catchingUp.keySet().retainAll(generations);
    caughtUp.retainAll(generations);
    verified.retainAll(generations);
    waiting = generations.isEmpty() ? "" : waiting;
    for (ModelChanged model : backfilling) {
      if (isUsable(log, model) && hasAllImages(model)) {
        judge(log, model);
      }
    }
  }

  /// Why a candidate with all images is not ready yet; empty when none waits.
  String waiting() {
    return waiting;
  }

  /// How far each is.
  Map<String, Backfill> progress() {
    Map<String, Backfill> progress = new HashMap<>();
    catchingUp.forEach((generation, catchUp) -> progress.put(generation, catchUp.progress()));
    return Map.copyOf(progress);
  }

  private boolean hasAllImages(ModelChanged model) {
    GenerationCatchUp catchUp =
        catchingUp.computeIfAbsent(
            model.getGeneration(),
            id ->
                new GenerationCatchUp(
                    admin, new Generation(id), options.catchUpMax(), options.requireIndex()));
    if (!caughtUp.contains(model.getGeneration()) && !catchUp.isDone()) {
      return false;
    }
    caughtUp.add(model.getGeneration());
    return true;
  }

  /// Verifies the artifact of a backfill once; a damaged one ends it.
  private boolean isUsable(RolloutLog log, ModelChanged model) {
    if (verified.contains(model.getGeneration())) {
      return true;
    }
    try {
      ModelArtifact _ = store.fetch(model);
      verified.add(model.getGeneration());
      return true;
    } catch (BrokenModelException e) {
      log.publish(
          rules.changes(
              log.state(),
              new Reject(model.getGeneration(), "its artifact can't be used: " + e.getMessage())));
      return false;
    } catch (IOException e) {
      LOG.warnf("the model store can't be reached, trying again: %s", e.getMessage());
      return false;
    }
  }

  /// A candidate with all images is compared with the active generation.
  private void judge(RolloutLog log, ModelChanged model) {
    ModelChanged active = log.state().active().orElseThrow();
    supervision.assessed(model, active).ifPresent(assessment -> decide(log, model, assessment));
  }

  private void decide(RolloutLog log, ModelChanged model, Assessment assessment) {
    switch (assessment) {
      case Fit(String reason) -> {
        caughtUp.remove(model.getGeneration());
        String what = options.requireIndex() ? "embedded and indexed" : "embedded";
        publish(log, new MarkReady(model, "all images are %s; %s".formatted(what, reason)));
      }
      case Unfit(String reason) -> publish(log, new Reject(model.getGeneration(), reason));
      case NotYet(String reason) -> {
        waiting = "generation %s is not judged yet: %s".formatted(model.getGeneration(), reason);
        LOG.warn(waiting);
      }
    }
  }

  private void publish(RolloutLog log, RolloutCommand command) {
    waiting = "";
    log.publish(rules.changes(log.state(), command));
  }
}
