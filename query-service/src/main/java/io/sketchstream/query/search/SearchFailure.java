package io.sketchstream.query.search;

import io.sketchstream.events.SearchError;
import io.sketchstream.events.SearchErrorCode;

/// Why a search has no answer: an expected outcome with a code, reported to the caller.
public final class SearchFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private final SearchErrorCode code;

  public SearchFailure(SearchErrorCode code, String message) {
    super(message, null, false, false); // Not a fault: no stack trace.
    // A newer release may have written one that is not known here.
    this.code =
        code == SearchErrorCode.UNRECOGNIZED ? SearchErrorCode.SEARCH_ERROR_CODE_UNSPECIFIED : code;
  }

  public SearchErrorCode code() {
    return code;
  }

  public SearchError toEvent() {
    return SearchError.newBuilder().setCode(code).setMessage(getMessage()).build();
  }
}
