package io.sketchstream.query.http;

import io.sketchstream.events.SearchAnswered;
import io.sketchstream.query.QueryBeans;
import io.sketchstream.query.QueryConfig;
import io.sketchstream.query.QueryEngine;
import io.sketchstream.query.search.SearchFailure;
import io.sketchstream.query.search.SearchQuery;
import io.sketchstream.shell.access.FileUris;
import io.sketchstream.shell.access.InGalleries;
import io.sketchstream.shell.access.RequiresScope;
import io.sketchstream.shell.access.Scope;
import io.sketchstream.shell.admission.BodyKind;
import io.sketchstream.shell.admission.TakesBody;
import io.sketchstream.shell.openapi.ApiDescription;
import io.sketchstream.shell.threads.SteadyClock;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/// `POST /v1/search`: a sketch in, the images that look like it out.
@Path("/v1/search")
public final class SearchResource {
  private final QueryBeans query;
  private final QueryConfig config;
  private final FileUris uris;

  SearchResource(QueryBeans query, QueryConfig config, FileUris uris) {
    this.query = query;
    this.config = config;
    this.uris = uris;
  }

  @POST
  @TakesBody(kind = BodyKind.SEARCH, limit = "query.sketch-bytes-max")
  @InGalleries
  @RequiresScope(Scope.READ)
  @RunOnVirtualThread
  @Consumes(MediaType.WILDCARD)
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "searchBySketch",
      summary = "Search by sketch",
      description =
          "Body: a sketch as PNG, JPEG, WebP, GIF, BMP or SVG, dark on light, or strokes as JSON:"
              + " [[[x, ...], [y, ...]], ...] as of Quick, Draw!, lists of points, or objects with"
              + " points. The format is detected from the bytes; the media type is ignored")
  @RequestBody(
      content =
          @Content(
              mediaType = ApiDescription.SKETCH,
              schema = @Schema(type = SchemaType.STRING, format = "binary")))
  @APIResponse(
      responseCode = "200",
      description = "The images that look like it, best first",
      content =
          @Content(
              schema = @Schema(implementation = SearchResponse.class),
              examples = @ExampleObject(name = "cats", value = SearchExamples.SEARCH)))
  @APIResponse(responseCode = "404", description = "There is no such generation")
  @APIResponse(responseCode = "409", description = "The generation is retired or rejected")
  public SearchResponse search(
      InputStream body,
      @BeanParam SearchParameters parameters,
      @HeaderParam("traceparent") String traceparent,
      @Context RoutingContext caller)
      throws IOException, InterruptedException, SearchFailure {
    long start = System.nanoTime();
    SearchQuery given = parameters.query(config, SteadyClock.INSTANCE, caller);
    QueryEngine engine = Ready.engine(query);
    Ready.requireGeneration(engine, given);
    SearchQuery asked = new Reach(engine, caller).within(given);
    engine.searches().check(asked);
    SearchAnswered answer =
        engine
            .searches()
            .search(SketchBody.read(body), asked, traceparent == null ? "" : traceparent);
    long nanos = System.nanoTime() - start;
    engine.metrics().searched(nanos);
    return SearchResponse.of(answer, uris.shownTo(caller), nanos);
  }
}
