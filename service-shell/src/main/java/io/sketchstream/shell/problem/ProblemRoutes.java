package io.sketchstream.shell.problem;

import io.quarkus.runtime.configuration.MemorySize;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/// Problems of requests that reach no resource: bodies above `quarkus.http.limits.max-body-size`,
/// paths that do not exist, and failures of the handlers of files, health and metrics.
@Singleton
class ProblemRoutes {
  private static final Logger LOG = Logger.getLogger(ProblemRoutes.class);
  private static final int FIRST = Integer.MIN_VALUE;
  private static final int LAST = Integer.MAX_VALUE;

  private final Optional<MemorySize> bodySizeMax;

  ProblemRoutes(
      @ConfigProperty(name = "quarkus.http.limits.max-body-size")
          Optional<MemorySize> bodySizeMax) {
    this.bodySizeMax = bodySizeMax;
  }

  void register(@Observes Router router) {
    router.route().order(FIRST).handler(this::refuseLargeBody).failureHandler(this::failed);
    router.route().order(LAST).handler(this::nothingHere);
  }

  private void refuseLargeBody(RoutingContext request) {
    if (bodySizeMax.isPresent() && contentLength(request) > bodySizeMax.get().asLongValue()) {
      request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
      answer(
          request,
          Problem.of(
              413,
              "the body is larger than the "
                  + bodySizeMax.get().asLongValue()
                  + " bytes that are accepted"));
    } else {
      request.next();
    }
  }

  private static long contentLength(RoutingContext request) {
    try {
      return Long.parseLong(request.request().getHeader(HttpHeaders.CONTENT_LENGTH));
    } catch (NumberFormatException _) {
      return -1; // None, or one that the server refuses.
    }
  }

  private void nothingHere(RoutingContext request) {
    answer(request, ProblemMappers.nothingAt(request.request().path()));
  }

  private void failed(RoutingContext request) {
    Throwable failure = request.failure();
    if (request.response().ended()) { // Such as the body that was too slow.
      LOG.debug("failed after the answer", failure);
      return;
    }
    if (failure != null && failure.getClass().getName().startsWith("io.quarkus.security")) {
      request.next(); // Whoever authenticates knows the answer.
      return;
    }
    if (failure instanceof ProblemException refused) {
      answer(request, refused.problem());
      return;
    }
    int status = request.statusCode() < 400 ? 500 : request.statusCode();
    if (status >= 500) {
      LOG.errorf(failure, "request failed with status %d", status);
    }
    answer(request, status == 400 ? Problem.of(400, BareAnswers.detail(400)) : Problem.of(status));
  }

  private void answer(RoutingContext request, Problem problem) {
    HttpServerResponse response = request.response();
    if (response.ended() || response.headWritten()) {
      request.request().connection().close(); // Half an answer is none.
      return;
    }
    response.setStatusCode(problem.status()).putHeader("Content-Type", Problem.MEDIA_TYPE);
    if (problem.isTemporary()) {
      response.putHeader("Retry-After", Problem.RETRY_AFTER_SECONDS);
    }
    response.end(problem.text());
  }
}
