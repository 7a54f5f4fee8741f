package io.sketchstream.query.http;

import io.sketchstream.events.SearchAnswered;
import io.sketchstream.query.QueryBeans;
import io.sketchstream.query.QueryConfig;
import io.sketchstream.query.QueryEngine;
import io.sketchstream.query.search.SearchFailure;
import io.sketchstream.query.search.SearchQuery;
import io.sketchstream.shell.access.OwnBodyLimit;
import io.sketchstream.shell.access.RequiresScope;
import io.sketchstream.shell.access.Scope;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import org.eclipse.microprofile.openapi.annotations.Operation;

/// `POST /v1/search`: a sketch in, the images that look like it out.
@Path("/v1/search")
public final class SearchResource {
  private final QueryBeans query;
  private final QueryConfig config;
  private final InstantSource clock = InstantSource.system();

  SearchResource(QueryBeans query, QueryConfig config) {
    this.query = query;
    this.config = config;
  }

  @POST
  @OwnBodyLimit
  @RequiresScope(Scope.READ)
  @RunOnVirtualThread
  @Consumes(MediaType.WILDCARD)
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "searchBySketch",
      summary = "Search by sketch",
      description =
          "Body: a sketch as PNG, JPEG, WebP, GIF, BMP or SVG, dark on light, or strokes as JSON in"
              + " the simplified form of Quick, Draw!: [[[x, ...], [y, ...]], ...]")
  public SearchResponse search(
      InputStream body,
      @BeanParam SearchParameters parameters,
      @HeaderParam("Content-Length") long contentLength,
      @HeaderParam("traceparent") String traceparent)
      throws IOException, InterruptedException, SearchFailure {
    long start = System.nanoTime();
    int bytesMax = Math.toIntExact(config.sketchBytesMax().asLongValue());
    SketchBody.checkSize(contentLength, bytesMax);
    SearchQuery asked = parameters.query(config, clock);
    QueryEngine engine = Ready.engine(query);
    Ready.active(engine);
    engine.searches().check(asked);
    SearchAnswered answer =
        engine
            .searches()
            .search(SketchBody.read(body, bytesMax), asked, traceparent == null ? "" : traceparent);
    long nanos = System.nanoTime() - start;
    engine.metrics().searched(nanos);
    return SearchResponse.of(answer, nanos);
  }
}
