package io.sketchstream.ingest;

import io.sketchstream.ingest.gallery.Gallery;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/// Ready when Kafka answers and the gallery directory is complete. Liveness needs neither.
@Readiness
@Singleton
class GalleryReadiness implements HealthCheck {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private final Gallery gallery;

  GalleryReadiness(Gallery gallery) {
    this.gallery = gallery;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder response = HealthCheckResponse.named("ingest: gallery");
    Optional<String> unready = gallery.unreadyReason(TIMEOUT);
    unready.ifPresent(reason -> response.withData("reason", reason));
    return response.status(unready.isEmpty()).build();
  }
}
