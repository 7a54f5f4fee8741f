package io.sketchstream.training.rollout;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;

/// Ready: all of [models] is read. Alive: the controller's thread runs, whether or not Kafka
/// answers.
final class RolloutHealth {
  private RolloutHealth() {}

  @Readiness
  @ApplicationScoped
  static class Ready implements HealthCheck {
    private final RolloutService rollout;

    Ready(RolloutService rollout) {
      this.rollout = rollout;
    }

    @Override
    public HealthCheckResponse call() {
      RolloutController.View view = rollout.view();
      return HealthCheckResponse.named("rollout")
          .status(view.caughtUp())
          .withData("leading", view.leads())
          .withData("trouble", view.trouble())
          .build();
    }
  }

  @Liveness
  @ApplicationScoped
  static class Alive implements HealthCheck {
    private final RolloutService rollout;

    Alive(RolloutService rollout) {
      this.rollout = rollout;
    }

    @Override
    public HealthCheckResponse call() {
      return HealthCheckResponse.named("rollout thread").status(rollout.isAlive()).build();
    }
  }
}
