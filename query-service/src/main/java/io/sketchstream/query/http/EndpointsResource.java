package io.sketchstream.query.http;

import io.sketchstream.query.QueryConfig;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;

/// `GET /v1/endpoints`: where the web page finds the other services.
@Path("/v1/endpoints")
public final class EndpointsResource {
  private final QueryConfig config;

  EndpointsResource(QueryConfig config) {
    this.config = config;
  }

  /// Base URLs; empty for the address this page came from.
  public record Endpoints(String ingest, String training) {}

  @GET
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(summary = "Base URLs of the other services; empty for this one's own")
  public Endpoints endpoints() {
    return new Endpoints(config.ingestUrl().orElse(""), config.trainingUrl().orElse(""));
  }
}
