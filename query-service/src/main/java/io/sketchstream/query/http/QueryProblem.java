package io.sketchstream.query.http;

import io.sketchstream.query.search.SearchFailure;

/// A refusal of the query service, as HTTP tells it.
final class QueryProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;

  QueryProblem(int status, String detail) {
    super(detail, null, false, false); // Expected, so no stack trace.
    this.status = status;
  }

  static QueryProblem of(SearchFailure failure) {
    int status =
        switch (failure.code()) {
          case BAD_SKETCH, BAD_REQUEST -> 400;
          case NO_SUCH_IMAGE -> 404;
          case DEADLINE_EXCEEDED -> 408;
          case OVERLOADED -> 429;
          case NOT_YET_VISIBLE, UNAVAILABLE -> 503;
          case SEARCH_ERROR_CODE_UNSPECIFIED, UNRECOGNIZED -> 500;
        };
    return new QueryProblem(status, failure.getMessage());
  }

  int status() {
    return status;
  }
}
