package io.sketchstream.training.rollout;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.sketchstream.events.Generations;
import io.sketchstream.events.ModelState;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Locale;

/// The metrics `training.rollout.*`: generations by state, and leadership.
@Singleton
class RolloutGauges {
  void bind(@Observes StartupEvent event, MeterRegistry registry, Rollout rollout) {
    for (ModelState state : ModelState.values()) {
      if (state == ModelState.UNRECOGNIZED || state.getNumber() == 0) {
        continue;
      }
      Gauge.builder("training.rollout.generations", () -> rollout.view().state().in(state).size())
          .description("Generations in this state, as read by this instance")
          .tag("state", name(state))
          .register(registry);
    }
    Gauge.builder("training.rollout.withdrawn", () -> withdrawn(rollout.view().state()))
        .description("Generations that were active and were rejected, as read by this instance")
        .register(registry);
    Gauge.builder("training.rollout.leads", () -> rollout.leads() ? 1 : 0)
        .description("Whether this instance leads the rollout")
        .register(registry);
  }

  /// The gate rejects before anything is active: such a generation has no epoch.
  private static long withdrawn(Generations state) {
    return state.in(ModelState.REJECTED).stream().filter(model -> model.getEpoch() > 0).count();
  }

  private static String name(ModelState state) {
    return state.name().toLowerCase(Locale.ROOT);
  }
}
