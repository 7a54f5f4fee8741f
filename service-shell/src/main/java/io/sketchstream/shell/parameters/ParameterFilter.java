package io.sketchstream.shell.parameters;

import io.sketchstream.shell.problem.Problem;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Response;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/// Refuses what would be left out silently: a URL parameter that the call does not have or that is
/// given twice, and what follows a semicolon in the path, which Jakarta takes for a matrix
/// parameter. So `DELETE /v1/images/a;b` does not remove the image `a`.
///
/// **Threads:** those of requests; never blocks.
@Singleton
class ParameterFilter {
  private static final int BAD_REQUEST = 400;

  private final Map<Method, KnownParameters> known = new ConcurrentHashMap<>();

  @ServerRequestFilter
  public Optional<Response> check(
      ResourceInfo resource, RoutingContext context, ContainerRequestContext request) {
    if (context.request().path().indexOf(';') >= 0) {
      return refused("the path has a semicolon; one that belongs to an id is written %3B");
    }
    Optional<String> undecodable = UrlText.undecodable(context.request().uri());
    if (undecodable.isPresent()) {
      return refused(
          "'%.100s' in the URL is not UTF-8: letters beyond ASCII are encoded such as %%C3%%A9"
              .formatted(undecodable.get()));
    }
    Method method = resource.getResourceMethod();
    if (method == null || method.isAnnotationPresent(FreeParameters.class)) {
      return Optional.empty();
    }
    return known
        .computeIfAbsent(method, KnownParameters::new)
        .refusal(request.getUriInfo().getQueryParameters())
        .flatMap(ParameterFilter::refused);
  }

  private static Optional<Response> refused(String detail) {
    return Optional.of(Problem.of(BAD_REQUEST, detail).response());
  }
}
