package io.sketchstream.ingest.http;

import io.sketchstream.ingest.gallery.UnavailableException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.ResponseBuilder;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/// Turns this service's own exceptions into problem details; other services have their own.
final class ProblemMappers {
  static final String RETRY_AFTER_SECONDS = "1";

  @ServerExceptionMapper
  public Response problem(ProblemException e) {
    return answer(e.problem());
  }

  @ServerExceptionMapper
  public Response unavailable(UnavailableException e) {
    return answer(Problem.unavailable(e.getMessage()));
  }

  static Response answer(Problem problem) {
    ResponseBuilder response =
        Response.status(problem.status()).type(Problem.MEDIA_TYPE).entity(problem);
    if (problem.status() == 429 || problem.status() == 503) {
      response.header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
    }
    return response.build();
  }
}
