package io.sketchstream.shell.access;

import io.sketchstream.shell.problem.Problem;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.vertx.VertxInputStream;

/// Limits the bodies of all requests without a limit of their own, with or without a
/// Content-Length.
///
/// **Threads:** those of requests; never blocks.
@Singleton
class BodyFilter {
  // Resolved with the first request: filters are created before the configuration is read.
  private final Instance<AccessConfig> config;

  BodyFilter(Instance<AccessConfig> config) {
    this.config = config;
  }

  @ServerRequestFilter
  public Optional<Response> bound(ResourceInfo resource, RoutingContext context) {
    if (resource.getResourceMethod().isAnnotationPresent(OwnBodyLimit.class)) {
      return Optional.empty();
    }
    long sizeMax = config.get().bodyBytesMax().asLongValue();
    String length = context.request().getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length != null && Long.parseLong(length) > sizeMax) { // Vert.x has checked the number.
      // The rest of the body runs into nothing, so that the caller gets to read the answer.
      context.addEndHandler(_ -> context.request().resume());
      return Optional.of(
          Problem.of(413, "the body has " + length + " bytes; at most " + sizeMax + " are accepted")
              .response());
    }
    context.put(VertxInputStream.MAX_REQUEST_SIZE_KEY, sizeMax); // For one in chunks.
    return Optional.empty();
  }
}
