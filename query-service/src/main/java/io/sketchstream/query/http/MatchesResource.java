package io.sketchstream.query.http;

import io.sketchstream.query.QueryBeans;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;

/// `GET /v1/matches`: what all standing queries found.
@Path("/v1/matches")
public final class MatchesResource {
  private final QueryBeans query;
  private final MatchFeed feed;

  MatchesResource(QueryBeans query, MatchFeed feed) {
    this.query = query;
    this.feed = feed;
  }

  @GET
  @RunOnVirtualThread
  @Produces({MediaType.APPLICATION_JSON, MediaType.SERVER_SENT_EVENTS})
  @Operation(
      operationId = "listMatches",
      summary = "Matches of all standing queries",
      description = MatchFeed.DESCRIPTION)
  @APIResponseSchema(value = MatchFeed.Latest.class, responseDescription = MatchFeed.ANSWER)
  public Response matches(
      @Parameter(description = "How many, 1 to 1000", example = "50") @QueryParam("limit")
          String limit,
      @HeaderParam(HttpHeaders.ACCEPT) String accept,
      @Context RoutingContext caller) {
    return feed.answer(Ready.engine(query).standing().log(), "", limit, accept, caller);
  }
}
