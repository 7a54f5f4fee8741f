package io.sketchstream.training.runs;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;

/// Ready: all of [training-runs] is read. Alive: the coordinator's thread runs, whether or not
/// Kafka answers.
final class RunHealth {
  private RunHealth() {}

  @Readiness
  @ApplicationScoped
  static class Ready implements HealthCheck {
    private final RunService runs;

    Ready(RunService runs) {
      this.runs = runs;
    }

    @Override
    public HealthCheckResponse call() {
      RunCoordinator.View view = runs.view();
      return HealthCheckResponse.named("training runs")
          .status(view.caughtUp())
          .withData("leading", view.leads())
          .withData("trouble", view.trouble())
          .build();
    }
  }

  @Liveness
  @ApplicationScoped
  static class Alive implements HealthCheck {
    private final RunService runs;

    Alive(RunService runs) {
      this.runs = runs;
    }

    @Override
    public HealthCheckResponse call() {
      return HealthCheckResponse.named("training runs thread").status(runs.isAlive()).build();
    }
  }
}
