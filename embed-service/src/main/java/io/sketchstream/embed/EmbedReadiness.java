package io.sketchstream.embed;

import io.sketchstream.embed.sketches.ActiveEncoder;
import io.sketchstream.images.process.DecoderPool;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/// Ready once the encoder of the active generation is loaded. Liveness is that of all workers, see
/// [io.sketchstream.shell.worker.Workers].
@Readiness
@ApplicationScoped
class EmbedReadiness implements HealthCheck {
  private final EmbedService service;

  EmbedReadiness(EmbedService service) {
    this.service = service;
  }

  @Override
  public HealthCheckResponse call() {
    Embedder embedder = service.embedder();
    ActiveEncoder active = embedder.generations().active();
    HealthCheckResponseBuilder response =
        HealthCheckResponse.named("embed").status(active.isAvailable());
    if (active.isAvailable()) {
      response.withData("active", active.generation().id());
    } else {
      response.withData("reason", active.unavailable());
    }
    // Images and strokes need none, so that the service is ready all the same.
    DecoderPool.shared().problem().ifPresent(problem -> response.withData("decoder", problem));
    response.withData("models", embedder.models().toString());
    response.withData("sketches", embedder.sketches().toString());
    embedder
        .generations()
        .statuses()
        .forEach((id, status) -> response.withData("generation " + id, status));
    return response.build();
  }
}
