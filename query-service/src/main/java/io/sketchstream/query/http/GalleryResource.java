package io.sketchstream.query.http;

import io.opentelemetry.context.Scope;
import io.sketchstream.events.Generation;
import io.sketchstream.query.QueryBeans;
import io.sketchstream.query.QueryConfig;
import io.sketchstream.query.QueryEngine;
import io.sketchstream.query.search.SearchFailure;
import io.sketchstream.shell.access.FileUris;
import io.sketchstream.shell.access.InGalleries;
import io.sketchstream.shell.threads.SteadyClock;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/// `GET /v1/images`: the gallery, newest first. It is answered from the index, which has the
/// attributes for filters and words. Images that the ingest service has accepted and the index does
/// not have yet are not listed (`after` waits for them).
@Path("/v1/images")
public final class GalleryResource {
  private final QueryBeans query;
  private final QueryConfig config;
  private final FileUris uris;

  GalleryResource(QueryBeans query, QueryConfig config, FileUris uris) {
    this.query = query;
    this.config = config;
    this.uris = uris;
  }

  @GET
  @InGalleries
  @RunOnVirtualThread
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "listImages",
      summary = "List the gallery, newest first",
      description =
          "A page begins after an image, not after a number of images, so new images do not shift"
              + " pages. `total` counts the images of all pages.")
  @APIResponse(
      responseCode = "200",
      description = "A page of the gallery",
      content =
          @Content(
              schema = @Schema(implementation = GalleryResponse.class),
              examples = @ExampleObject(name = "page", value = SearchExamples.LIST)))
  public GalleryResponse list(
      @BeanParam GalleryParameters parameters,
      @HeaderParam("traceparent") String traceparent,
      @Context RoutingContext caller)
      throws InterruptedException, SearchFailure {
    long start = System.nanoTime();
    QueryEngine engine = Ready.engine(query);
    Generation active = Ready.active(engine);
    try (Scope _ = engine.tracing().continuing(traceparent).enter()) {
      return GalleryResponse.of(
          engine
              .directSearches()
              .newest(active, parameters.query(config, SteadyClock.INSTANCE, caller)),
          uris.shownTo(caller),
          System.nanoTime() - start);
    }
  }
}
