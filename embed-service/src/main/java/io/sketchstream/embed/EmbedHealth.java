package io.sketchstream.embed;

import io.sketchstream.embed.SketchEmbedder.ActiveEncoder;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;

/// Ready: the encoder of the active generation is loaded. Alive: all threads run, whether or not
/// Kafka answers.
final class EmbedHealth {
  private EmbedHealth() {}

  @Readiness
  @ApplicationScoped
  static class Ready implements HealthCheck {
    private final EmbedService service;

    Ready(EmbedService service) {
      this.service = service;
    }

    @Override
    public HealthCheckResponse call() {
      Embedder embedder = service.embedder();
      ActiveEncoder active = embedder.active();
      HealthCheckResponseBuilder response =
          HealthCheckResponse.named("embed").status(active.lane() != null);
      if (active.lane() == null) {
        response.withData("reason", active.unavailable());
      } else {
        response.withData("active", active.generation().id());
      }
      response.withData("models", embedder.models().toString());
      response.withData("sketches", embedder.sketches().toString());
      embedder
          .generations()
          .forEach((name, status) -> response.withData("generation " + name, status.toString()));
      return response.build();
    }
  }

  @Liveness
  @ApplicationScoped
  static class Alive implements HealthCheck {
    private final EmbedService service;

    Alive(EmbedService service) {
      this.service = service;
    }

    @Override
    public HealthCheckResponse call() {
      return HealthCheckResponse.named("embed threads")
          .status(service.embedder().isAlive())
          .build();
    }
  }
}
