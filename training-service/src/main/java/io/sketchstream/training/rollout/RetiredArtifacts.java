package io.sketchstream.training.rollout;

import io.sketchstream.events.Generation;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.training.rollout.RolloutCommand.ForgetArtifact;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/// Deletes the weights of generations that have ended. First [models] records that they are gone,
/// which the broker refuses from a former leader; then they are deleted. So weights may exist a
/// moment longer than their record, but never the other way round. A new leader repeats the
/// deletion, as the former one may have died in between.
///
/// **Threads:** the controller's.
final class RetiredArtifacts {
  private static final Logger LOG = Logger.getLogger(RetiredArtifacts.class);

  private final ModelStore store;
  private final RolloutRules rules;
  private final Predicate<String> needed;
  private final Set<String> deleted = new HashSet<>();

  /// @param needed generations whose weights are still needed
  RetiredArtifacts(ModelStore store, RolloutRules rules, Predicate<String> needed) {
    this.store = store;
    this.rules = rules;
    this.needed = needed;
  }

  /// Deletes what may be deleted now.
  ///
  /// @param freed generations of which nothing is left in Kafka, so that no service reads their
  ///   weights
  void delete(RolloutLog log, List<Generation> freed) {
    for (Generation generation : freed) {
      ModelChanged model = log.state().find(generation).orElseThrow();
      if (!deleted.contains(generation.id())
          && RolloutRules.mayDeleteArtifact(log.state(), model)
          && store.owns(model)
          && !needed.test(generation.id())) {
        log.publish(rules.changes(log.state(), new ForgetArtifact(model.getGeneration())));
        delete(model);
      }
    }
  }

  private void delete(ModelChanged model) {
    try {
      store.deleteWeights(model);
      deleted.add(model.getGeneration());
      LOG.infof("the weights of generation %s are deleted", model.getGeneration());
    } catch (IOException e) {
      LOG.warnf(
          "the weights of generation %s can't be deleted yet: %s",
          model.getGeneration(), e.getMessage());
    }
  }
}
