package io.sketchstream.query.http;

import io.opentelemetry.context.Scope;
import io.sketchstream.events.Hit;
import io.sketchstream.events.SearchAnswered;
import io.sketchstream.query.QueryBeans;
import io.sketchstream.query.QueryConfig;
import io.sketchstream.query.QueryEngine;
import io.sketchstream.query.search.Duplicates;
import io.sketchstream.query.search.SearchFailure;
import io.sketchstream.query.search.SearchQuery;
import io.sketchstream.shell.access.FileUris;
import io.sketchstream.shell.access.InGalleries;
import io.sketchstream.shell.problem.ProblemException;
import io.sketchstream.shell.threads.SteadyClock;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;

/// `GET /v1/images/{id}/duplicates`: the images that are nearly the same.
@Path("/v1/images/{id}/duplicates")
public final class DuplicatesResource {
  private final QueryBeans query;
  private final QueryConfig config;
  private final FileUris uris;

  DuplicatesResource(QueryBeans query, QueryConfig config, FileUris uris) {
    this.query = query;
    this.config = config;
    this.uris = uris;
  }

  @GET
  @InGalleries
  @RunOnVirtualThread
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "findDuplicates",
      summary = "Near-duplicates of an image of the gallery, nearest first",
      description = "Those with a cosine of at least `min` among the `k` nearest.")
  public SearchResponse duplicates(
      @PathParam("id") String imageId,
      @Parameter(description = "Lowest cosine, 0 to 1; 0.97 by default", example = "0.97")
          @QueryParam("min")
          String min,
      @BeanParam SearchParameters parameters,
      @HeaderParam("traceparent") String traceparent,
      @Context RoutingContext caller)
      throws InterruptedException, SearchFailure {
    long start = System.nanoTime();
    float least = least(min);
    QueryEngine engine = Ready.engine(query);
    Reach reach = new Reach(engine, caller);
    try (Scope _ = engine.tracing().continuing(traceparent).enter()) {
      SearchQuery asked = parameters.query(config, SteadyClock.INSTANCE, caller);
      SearchAnswered answer = reach.similar(imageId, asked);
      List<Hit> alike =
          answer.getHitsList().stream().filter(hit -> hit.getScore() >= least).toList();
      SearchAnswered.Builder duplicates = answer.toBuilder().clearHits().addAllHits(alike);
      if (alike.size() < answer.getHitsCount()) {
        duplicates.clearNext(); // What comes after is less alike.
      }
      return SearchResponse.of(duplicates.build(), uris.shownTo(caller), System.nanoTime() - start);
    }
  }

  private static float least(String min) {
    if (min == null || min.isBlank()) {
      return Duplicates.COSINE_MIN;
    }
    try {
      float least = Float.parseFloat(min.strip());
      if (least >= 0 && least <= 1) {
        return least;
      }
    } catch (NumberFormatException e) {
      // Refused below.
    }
    throw new ProblemException(400, "min is '" + min + "', not a number from 0 to 1");
  }
}
