package io.sketchstream.query.http;

import io.opentelemetry.context.Scope;
import io.sketchstream.query.QueryBeans;
import io.sketchstream.query.QueryConfig;
import io.sketchstream.query.QueryEngine;
import io.sketchstream.query.search.SearchFailure;
import io.sketchstream.query.search.SearchQuery;
import io.sketchstream.shell.access.FileUris;
import io.sketchstream.shell.access.InGalleries;
import io.sketchstream.shell.threads.SteadyClock;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;

/// `GET /v1/images/{id}/similar`: more like this. The whole path is on the class: beside the ingest
/// service's `/v1/images/{id}` in one process, the longer one must win.
@Path("/v1/images/{id}/similar")
public final class SimilarResource {
  private final QueryBeans query;
  private final QueryConfig config;
  private final FileUris uris;

  SimilarResource(QueryBeans query, QueryConfig config, FileUris uris) {
    this.query = query;
    this.config = config;
    this.uris = uris;
  }

  @GET
  @InGalleries
  @RunOnVirtualThread
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "findSimilarImages",
      summary = "More like this: the images nearest to one that is in the gallery")
  public SearchResponse similar(
      @PathParam("id") String imageId,
      @BeanParam SearchParameters parameters,
      @HeaderParam("traceparent") String traceparent,
      @Context RoutingContext caller)
      throws InterruptedException, SearchFailure {
    long start = System.nanoTime();
    QueryEngine engine = Ready.engine(query);
    Reach reach = new Reach(engine, caller);
    try (Scope _ = engine.tracing().continuing(traceparent).enter()) {
      SearchQuery asked = parameters.query(config, SteadyClock.INSTANCE, caller);
      return SearchResponse.of(
          reach.similar(imageId, asked), uris.shownTo(caller), System.nanoTime() - start);
    }
  }
}
