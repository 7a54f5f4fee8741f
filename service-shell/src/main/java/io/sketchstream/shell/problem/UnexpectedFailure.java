package io.sketchstream.shell.problem;

import java.util.UUID;
import org.jboss.logging.Logger;

/// A defect of ours that a request, or one part of it, ran into.
public final class UnexpectedFailure {
  private static final Logger LOG = Logger.getLogger(UnexpectedFailure.class);

  private UnexpectedFailure() {}

  /// Logs the cause under an id.
  ///
  /// @return status 500 with that id, and nothing else of the cause
  public static Problem problem(Throwable cause) {
    String id = UUID.randomUUID().toString();
    LOG.errorf(cause, "request failed, error id %s", id);
    return Problem.of(500, "unexpected error; the log of the service has details under id " + id);
  }
}
