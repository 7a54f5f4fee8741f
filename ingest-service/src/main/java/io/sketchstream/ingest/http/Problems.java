package io.sketchstream.ingest.http;

import io.sketchstream.ingest.gallery.Gallery;
import io.sketchstream.ingest.gallery.ImageIds;
import io.sketchstream.ingest.gallery.RefusedException;
import io.sketchstream.ingest.gallery.UnavailableException;
import io.sketchstream.shell.access.GalleryLimit;
import io.sketchstream.shell.problem.Problem;
import io.sketchstream.shell.problem.ProblemException;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/// The problems of this service: each has a `reason`, a word for programs such as `too-large`.
final class Problems {
  private static final int UNAVAILABLE = 503;

  /// Kafka or a decoder does not answer; the caller may try again.
  @ServerExceptionMapper
  public Response unavailable(UnavailableException e) {
    return unavailable(e.getMessage()).response();
  }

  /// @param reason as one word
  static Problem of(int status, String reason, String detail) {
    return Problem.of(status, detail).with("reason", reason);
  }

  /// @param input what the message is about, such as a file name
  static Problem of(RefusedException e, String input) {
    return of(e.reason().status(), e.reason().word(), input + ": " + e.getMessage());
  }

  /// Returns a valid id.
  static String checked(String id) {
    try {
      return ImageIds.check(id);
    } catch (RefusedException e) {
      throw new ProblemException(of(e, id));
    }
  }

  /// Checks an id, and that the caller may reach its image. An image that it may not reach is not
  /// there for it.
  static void requireReach(Gallery gallery, String id, RoutingContext caller) {
    if (!gallery.has(checked(id), GalleryLimit.of(caller))) {
      throw noSuchImage(id);
    }
  }

  static ProblemException noSuchImage(String id) {
    return new ProblemException(
        of(404, "no-such-image", "image '" + id + "' is not in the gallery"));
  }

  static Problem unavailable(String detail) {
    return of(UNAVAILABLE, "unavailable", detail);
  }
}
