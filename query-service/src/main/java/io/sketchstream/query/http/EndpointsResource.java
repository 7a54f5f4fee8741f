package io.sketchstream.query.http;

import io.sketchstream.query.QueryConfig;
import io.sketchstream.shell.access.InGalleries;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;

/// `GET /v1/endpoints`: where the web page finds the other services, and Kafka callers the brokers.
@Path("/v1/endpoints")
public final class EndpointsResource {
  private final QueryConfig config;
  private final String kafka;

  EndpointsResource(
      QueryConfig config, @ConfigProperty(name = "kafka.bootstrap.servers") String kafka) {
    this.config = config;
    this.kafka = kafka;
  }

  /// Base URLs, empty for the address this page came from, and the brokers that Kafka callers
  /// connect to.
  public record Endpoints(String ingest, String training, String kafka) {}

  @GET
  @InGalleries
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "getEndpoints",
      summary = "Base URLs of the other services; empty for this one's own")
  public Endpoints endpoints() {
    return new Endpoints(config.ingestUrl().orElse(""), config.trainingUrl().orElse(""), kafka);
  }
}
