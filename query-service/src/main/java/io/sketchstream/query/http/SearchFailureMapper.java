package io.sketchstream.query.http;

import io.sketchstream.query.search.SearchFailure;
import io.sketchstream.shell.problem.Problem;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/// A [SearchFailure] as a problem detail.
final class SearchFailureMapper {
  @ServerExceptionMapper
  public Response failed(SearchFailure failure) {
    return problem(failure).response();
  }

  static Problem problem(SearchFailure failure) {
    int status =
        switch (failure.code()) {
          case BAD_SKETCH, BAD_REQUEST -> 400;
          case NO_SUCH_IMAGE -> 404;
          case DEADLINE_EXCEEDED -> 408;
          case OVERLOADED -> 429;
          case NOT_YET_VISIBLE, UNAVAILABLE -> 503;
          case SEARCH_ERROR_CODE_UNSPECIFIED, UNRECOGNIZED -> 500;
        };
    return Problem.of(status, failure.getMessage());
  }
}
