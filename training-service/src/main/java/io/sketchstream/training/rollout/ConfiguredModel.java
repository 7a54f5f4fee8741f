package io.sketchstream.training.rollout;

import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.events.ModelOrigin;
import io.sketchstream.events.ModelState;
import io.sketchstream.training.rollout.RolloutCommand.Register;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/// The model that this installation is configured to serve, or else that of the release.
///
/// **Threads:** the controller's.
final class ConfiguredModel {
  private static final Logger LOG = Logger.getLogger(ConfiguredModel.class);

  private final ModelStore store;
  private final RolloutOptions options;
  private final RolloutRules rules;
  private Optional<String> generation = Optional.empty();

  ConfiguredModel(ModelStore store, RolloutOptions options, RolloutRules rules) {
    this.store = store;
    this.options = options;
    this.rules = rules;
  }

  /// Its generation; empty before it is adopted, and where there is none.
  Optional<String> generation() {
    return generation;
  }

  /// Registers it if that is allowed.
  ///
  /// @return what is wrong with it, for people; empty when nothing is
  String adopt(RolloutLog log) {
    if (options.model().isPresent()) {
      return adopt(log, options.model().get(), ModelOrigin.CONFIGURED, "the configured model");
    }
    if (options.shippedModel().isPresent()) {
      if (RolloutRules.mayShippedModelReplace(log.state())) {
        return adopt(
            log, options.shippedModel().get(), ModelOrigin.SHIPPED, "the model of this release");
      }
      LOG.infof(
          "generation %s stays active: it did not come with a release. The model of this release is"
              + " in %s; training.model (up --model) selects it",
          log.state().active().orElseThrow().getGeneration(), options.shippedModel().get());
    }
    return "";
  }

  private String adopt(RolloutLog log, Path artifact, ModelOrigin origin, String reason) {
    try {
      StoredModel model = store.keep(artifact);
      generation = Optional.of(model.generation().id());
      log.publish(rules.changes(log.state(), new Register(model, Map.of(), reason, origin)));
      ModelState state = log.state().find(model.generation()).orElseThrow().getState();
      if (state != ModelState.ACTIVE) {
        LOG.infof(
            "the configured model is generation %s, which is %s; POST /v1/models/%s/activate"
                + " serves it",
            model.generation(), state, model.generation());
      }
      return "";
    } catch (BrokenModelException e) {
      LOG.errorf("the configured model can't be served: %s", e.getMessage());
      return e.getMessage();
    } catch (IOException e) {
      throw new IllegalStateException("the model store can't be written: " + e.getMessage(), e);
    }
  }
}
