package io.sketchstream.query.http;

import io.sketchstream.events.Generation;
import io.sketchstream.query.QueryBeans;
import io.sketchstream.query.QueryConfig;
import io.sketchstream.query.QueryEngine;
import io.sketchstream.query.callers.FilterRemoval.Listing;
import io.sketchstream.query.callers.FilterRemoval.Removed;
import io.sketchstream.query.search.SearchFailure;
import io.sketchstream.query.search.SearchQuery;
import io.sketchstream.shell.access.InGalleries;
import io.sketchstream.shell.access.RequiresScope;
import io.sketchstream.shell.access.Scope;
import io.sketchstream.shell.problem.Problem;
import io.sketchstream.shell.problem.ProblemException;
import io.sketchstream.shell.threads.SteadyClock;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/// `DELETE /v1/images?filter=`: removes all images that a filter matches, once the caller has said
/// how many that are.
@Path("/v1/images")
public final class FilterRemovalResource {
  private static final int CONFLICT = 409;
  private static final int UNAVAILABLE = 503;
  private static final String LIMIT = Integer.toString(SearchQuery.K_MAX);

  private final QueryBeans query;
  private final QueryConfig config;

  FilterRemovalResource(QueryBeans query, QueryConfig config) {
    this.query = query;
    this.config = config;
  }

  /// The outcome.
  ///
  /// @param matching how many images matched before
  /// @param removed how many were removed; 0 without `confirm`
  /// @param absent how many of the matching ones somebody else had removed
  /// @param position position tokens: a search that carries them finds none of the images
  public record Outcome(long matching, long removed, long absent, String position) {}

  @DELETE
  @InGalleries
  @RequiresScope(Scope.INGEST)
  @RunOnVirtualThread
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "deleteImagesByFilter",
      summary = "Remove all images that match a filter",
      description =
          "Without `confirm` nothing is removed, and `matching` says how many images match. With"
              + " `confirm` equal to that number they are removed. Images that come in meanwhile"
              + " stay. The call can safely be repeated, with the number that match then.")
  @APIResponse(
      responseCode = "200",
      description = "All are removed, or none without `confirm`; the removals are in Kafka",
      content = @Content(schema = @Schema(implementation = Outcome.class)))
  @APIResponse(responseCode = "400", description = "No filter, or one that is not valid")
  @APIResponse(
      responseCode = "409",
      description = "Another number matches now (`matching`); none is removed")
  @APIResponse(
      responseCode = "503",
      description = "Not all shards answer, or Kafka does not; says how many were removed")
  public Outcome remove(
      @Parameter(description = "Which images; same syntax as in a search", example = "tag:old")
          @QueryParam("filter")
          String filter,
      @Parameter(description = "How many images match, as a call without it says", example = "37")
          @QueryParam("confirm")
          String confirm,
      @Context RoutingContext caller)
      throws InterruptedException, SearchFailure {
    if (filter == null || filter.isBlank()) {
      throw new ProblemException(
          400, "filter is missing; all images match: ingested >= 1970-01-01");
    }
    int confirmed = SearchParameters.count("confirm", confirm, -1);
    QueryEngine engine = Ready.engine(query);
    Generation active = Ready.active(engine);
    long matching = listing(engine, active, filter, "1", caller).page("").total();
    if (confirmed < 0) {
      return new Outcome(matching, 0, 0, "");
    }
    if (confirmed != matching) {
      throw new ProblemException(
          Problem.of(
                  CONFLICT,
                  "%d images match, not %d; nothing was removed".formatted(matching, confirmed))
              .with("matching", matching));
    }
    Removed removed = query.removal().run(listing(engine, active, filter, LIMIT, caller));
    if (!removed.problem().isEmpty()) {
      throw new ProblemException(
          Problem.of(
                  UNAVAILABLE,
                  "%d of %d images were removed: %s"
                      .formatted(removed.removed(), matching, removed.problem()))
              .with("matching", matching)
              .with("removed", removed.removed())
              .with("absent", removed.absent())
              .with("position", removed.position()));
    }
    return new Outcome(matching, removed.removed(), removed.absent(), removed.position());
  }

  /// Pages of all shards.
  private Listing listing(
      QueryEngine engine, Generation active, String filter, String size, RoutingContext caller) {
    return cursor -> {
      GalleryParameters parameters = new GalleryParameters();
      parameters.filter = filter;
      parameters.limit = size;
      parameters.cursor = cursor;
      parameters.complete = "true";
      return engine
          .directSearches()
          .newest(active, parameters.query(config, SteadyClock.INSTANCE, caller));
    };
  }
}
