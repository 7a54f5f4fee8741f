package io.sketchstream.shell.worker;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;

/// Liveness of all workers of the process. It stays up while Kafka is unavailable, as a restart
/// would not help; see [Worker].
@Liveness
@ApplicationScoped
class WorkersLiveness implements HealthCheck {
  private final Workers workers;

  WorkersLiveness(Workers workers) {
    this.workers = workers;
  }

  @Override
  public HealthCheckResponse call() {
    Map<String, String> troubles = workers.troubles();
    HealthCheckResponseBuilder response =
        HealthCheckResponse.named("workers").status(troubles.isEmpty());
    workers.statuses().forEach((name, status) -> response.withData(name, status.toString()));
    troubles.forEach(response::withData);
    return response.build();
  }
}
