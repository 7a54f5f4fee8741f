package io.sketchstream.query.http;

import io.sketchstream.query.QueryBeans;
import io.sketchstream.query.standing.StandingQueries;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;

/// `GET /v1/standing-queries/{id}/matches`: what one standing query found. The whole path is on the
/// class, see [SimilarResource].
@Path("/v1/standing-queries/{id}/matches")
public final class StandingMatchesResource {
  private final QueryBeans query;
  private final MatchFeed feed;

  StandingMatchesResource(QueryBeans query, MatchFeed feed) {
    this.query = query;
    this.feed = feed;
  }

  @GET
  @RunOnVirtualThread
  @Produces({MediaType.APPLICATION_JSON, MediaType.SERVER_SENT_EVENTS})
  @Operation(
      operationId = "listMatchesOfStandingQuery",
      summary = "Matches of a standing query",
      description = MatchFeed.DESCRIPTION)
  @APIResponseSchema(value = MatchFeed.Latest.class, responseDescription = MatchFeed.ANSWER)
  public Response matches(
      @PathParam("id") String id,
      @Parameter(description = "How many, 1 to 1000", example = "50") @QueryParam("limit")
          String limit,
      @HeaderParam(HttpHeaders.ACCEPT) String accept,
      @Context RoutingContext caller) {
    StandingQueries standing = Ready.engine(query).standing();
    return feed.answer(standing.log(), knownId(standing, id), limit, accept, caller);
  }

  /// The id of a query that exists or existed: its matches stay.
  private static String knownId(StandingQueries standing, String id) {
    return standing.log().count(id) > 0 ? id : StandingResource.find(standing, id).id();
  }
}
