package io.sketchstream.query.http;

import io.sketchstream.query.QueryBeans;
import io.sketchstream.query.status.Status;
import io.sketchstream.shell.access.InGalleries;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;

/// `GET /v1/status`: the progress of the whole installation.
@Path("/v1/status")
public final class StatusResource {
  private final QueryBeans query;

  StatusResource(QueryBeans query) {
    this.query = query;
  }

  @GET
  @InGalleries
  @RunOnVirtualThread
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "getStatus",
      summary = "Images, indexed, lags, rates, generations, shards")
  public Status status() throws InterruptedException {
    return Ready.engine(query).status().status();
  }
}
