package io.sketchstream.ingest.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sketchstream.shell.problem.Problem;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/// Ends uploads that are too slow, so that idle senders do not block the places of others.
///
/// **Threads:** the event loop of each request.
final class SlowUploads {
  private static final long CHECK_MILLIS = 500;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final long bytesPerSecondMin;
  private final Duration grace;

  /// @param bytesPerSecondMin lowest average rate after the grace period
  /// @param grace how long an upload may take regardless of its rate
  SlowUploads(long bytesPerSecondMin, Duration grace) {
    this.bytesPerSecondMin = bytesPerSecondMin;
    this.grace = grace;
  }

  void watch(RoutingContext context) {
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
                    end(context);
                  }
                });
    context.addEndHandler(_ -> context.vertx().cancelTimer(timer));
  }

  /// Whether an upload has sent less than it should have by now.
  boolean isTooSlow(long bytes, long nanos) {
    double seconds = (nanos - grace.toNanos()) / 1e9;
    return seconds > 0 && bytes < bytesPerSecondMin * seconds;
  }

  private static String json(Problem problem) {
    try {
      return JSON.writeValueAsString(problem);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void end(RoutingContext context) {
    HttpServerResponse response = context.response();
    if (!response.headWritten()) {
      Problem problem = Problems.of(408, "too-slow", "the upload sends too slowly; try again");
      response
          .setStatusCode(problem.status())
          .putHeader("Content-Type", Problem.MEDIA_TYPE)
          .putHeader("Connection", "close")
          .end(json(problem))
          .onComplete(_ -> context.request().connection().close());
    } else {
      context.request().connection().close();
    }
  }
}
