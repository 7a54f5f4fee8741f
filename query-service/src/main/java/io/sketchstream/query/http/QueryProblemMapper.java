package io.sketchstream.query.http;

import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/// Refusals as `application/problem+json`.
@Provider
public final class QueryProblemMapper implements ExceptionMapper<QueryProblem> {
  /// RFC 9457.
  record Problem(String type, String title, int status, String detail) {}

  @Override
  public Response toResponse(QueryProblem problem) {
    Response.ResponseBuilder response =
        Response.status(problem.status())
            .type("application/problem+json")
            .entity(
                new Problem(
                    "about:blank",
                    title(problem.status()),
                    problem.status(),
                    problem.getMessage()));
    if (problem.status() == 429 || problem.status() == 503) {
      response.header("Retry-After", "1");
    }
    return response.build();
  }

  private static String title(int status) {
    Response.Status known = Response.Status.fromStatusCode(status);
    return known == null ? "Error" : known.getReasonPhrase();
  }
}
