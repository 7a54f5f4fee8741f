package io.sketchstream.shell.admission;

import io.sketchstream.shell.problem.Problem;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/// Ends bodies that arrive too slowly, so that idle senders do not block the slots of others.
///
/// **Threads:** the event loop of each request.
final class SlowBodies {
  private static final long CHECK_MILLIS = 500;

  private final long bytesPerSecondMin;
  private final Duration grace;

  /// @param bytesPerSecondMin lowest average rate after the grace period
  /// @param grace how long a body may take regardless of its rate
  SlowBodies(long bytesPerSecondMin, Duration grace) {
    this.bytesPerSecondMin = bytesPerSecondMin;
    this.grace = grace;
  }

  /// Watches a body from now on.
  ///
  /// @param tooSlow notified when it is ended
  void watch(RoutingContext context, Runnable tooSlow) {
    HttpServerRequest request = context.request();
    long start = System.nanoTime();
    long timer =
        context
            .vertx()
            .setPeriodic(
                CHECK_MILLIS,
                id -> {
                  if (request.isEnded() || context.response().ended()) {
                    context.vertx().cancelTimer(id);
                  } else if (isTooSlow(request.bytesRead(), System.nanoTime() - start)) {
                    context.vertx().cancelTimer(id);
                    tooSlow.run();
                    end(context);
                  }
                });
    context.addEndHandler(_ -> context.vertx().cancelTimer(timer));
  }

  /// Whether a body has sent less than it should have by now.
  boolean isTooSlow(long bytes, long nanos) {
    double seconds = (nanos - grace.toNanos()) / 1e9;
    return seconds > 0 && bytes < bytesPerSecondMin * seconds;
  }

  private static void end(RoutingContext context) {
    HttpServerResponse response = context.response();
    if (!response.headWritten()) {
      Problem problem =
          Problem.of(408, "the body arrives too slowly; try again").with("reason", "too-slow");
      response
          .setStatusCode(problem.status())
          .putHeader("Content-Type", Problem.MEDIA_TYPE)
          .putHeader("Connection", "close")
          .end(problem.text())
          .onComplete(_ -> context.request().connection().close());
    } else {
      context.request().connection().close();
    }
  }
}
