package io.sketchstream.ingest;

import io.sketchstream.images.decode.ImageDecoder;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/// Ready when images can be decoded: decoder processes start and no decoder thread hangs.
@Readiness
@Singleton
class DecoderReadiness implements HealthCheck {
  private final ImageDecoder decoder;

  DecoderReadiness(ImageDecoder decoder) {
    this.decoder = decoder;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder response = HealthCheckResponse.named("ingest: decoder");
    decoder.problem().ifPresent(problem -> response.withData("reason", problem));
    return response.status(decoder.problem().isEmpty()).build();
  }
}
