package io.sketchstream.training.leadership;

import io.sketchstream.shell.problem.Problem;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/// A [CommandRefusedException] as a problem detail.
final class RefusedMapper {
  @ServerExceptionMapper
  public Response refused(CommandRefusedException refused) {
    int status =
        switch (refused.kind()) {
          case INVALID -> 400;
          case UNKNOWN -> 404;
          case CONFLICT -> 409;
          case BUSY -> 429;
          case NOT_LEADING -> 503;
        };
    return Problem.of(status, refused.getMessage()).response();
  }
}
