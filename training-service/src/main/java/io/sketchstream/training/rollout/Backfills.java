package io.sketchstream.training.rollout;

import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelState;
import io.sketchstream.training.rollout.CatchUp.Progress;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.jboss.logging.Logger;

/// The backfills that are on their way, from their artifact's verification to READY or REJECTED.
/// Made anew with each lead.
///
/// **Threads:** the controller's.
final class Backfills {
  private static final Logger LOG = Logger.getLogger(Backfills.class);

  private final Admin admin;
  private final ModelStore store;
  private final RolloutOptions options;
  private final Supervision supervision;
  private final RolloutRules rules;
  private final Map<String, CatchUp> catchingUp = new HashMap<>();
  private final Set<String> caughtUp = new HashSet<>();
  private final Set<String> verified = new HashSet<>();

  Backfills(
      Admin admin,
      ModelStore store,
      RolloutOptions options,
      Supervision supervision,
      RolloutRules rules) {
    this.admin = admin;
    this.store = store;
    this.options = options;
    this.supervision = supervision;
    this.rules = rules;
  }

  /// Begins the next one if none is on its way, and moves on what can be moved on.
  void advance(RolloutLog log) throws InterruptedException {
    log.publish(rules.begin(log.state()));
    List<ModelChanged> backfilling = log.state().in(ModelState.BACKFILLING);
    List<String> generations = backfilling.stream().map(ModelChanged::getGeneration).toList();
    catchingUp.keySet().retainAll(generations);
    caughtUp.retainAll(generations);
    verified.retainAll(generations);
    for (ModelChanged model : backfilling) {
      if (isUsable(log, model) && hasAllImages(model)) {
        judge(log, model);
      }
    }
  }

  /// How far each is.
  Map<String, Progress> progress() {
    Map<String, Progress> progress = new HashMap<>();
    catchingUp.forEach((generation, catchUp) -> progress.put(generation, catchUp.progress()));
    return Map.copyOf(progress);
  }

  private boolean hasAllImages(ModelChanged model) throws InterruptedException {
    CatchUp catchUp =
        catchingUp.computeIfAbsent(
            model.getGeneration(),
            id ->
                new CatchUp(
                    admin, new Generation(id), options.catchUpMax(), options.requireIndex()));
    if (!caughtUp.contains(model.getGeneration()) && !catchUp.isDone()) {
      return false;
    }
    caughtUp.add(model.getGeneration());
    return true;
  }

  /// Looks at the artifact of a backfill once; a damaged one ends it.
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
          rules.reject(
              log.state(), model.getGeneration(), "its artifact can't be used: " + e.getMessage()));
      return false;
    } catch (IOException e) {
      LOG.warnf("the model store can't be reached, trying again: %s", e.getMessage());
      return false;
    }
  }

  /// A candidate with all images is held against the active generation, and is ready or out.
  private void judge(RolloutLog log, ModelChanged model) {
    ModelChanged active = log.state().active().orElseThrow();
    supervision
        .assessed(model, active)
        .ifPresent(assessment -> {
          caughtUp.remove(model.getGeneration());
          String what = options.requireIndex() ? "embedded and indexed" : "embedded";
          log.publish(
              assessment.fit()
                  ? rules.ready(
                      model, "all images up to now are %s; %s".formatted(what, assessment.reason()))
                  : rules.reject(log.state(), model.getGeneration(), assessment.reason()));
        });
  }
}
