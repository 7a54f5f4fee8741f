package io.sketchstream.shell.tracing;

import io.sketchstream.events.EventHeaders;
import jakarta.enterprise.inject.Instance;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;

/// Makes a span for each HTTP request and puts it into the `traceparent` of the request, where
/// resources read it.
@Provider
public final class RequestSpans implements ContainerRequestFilter, ContainerResponseFilter {
  private static final String STEP = RequestSpans.class.getName();

  // Resolved with the first request: filters are created before the configuration is read.
  private final Instance<Tracing> tracing;

  @Context ResourceInfo resource;

  RequestSpans(Instance<Tracing> tracing) {
    this.tracing = tracing;
  }

  @Override
  public void filter(ContainerRequestContext request) {
    Tracing spans = tracing.get();
    if (!spans.isOn()) {
      return;
    }
    String caller = request.getHeaderString(EventHeaders.TRACEPARENT);
    String route = route();
    Step step = spans.serve(request.getMethod() + " " + route, caller);
    step.with("http.request.method", request.getMethod())
        .with("http.route", route)
        .with("url.path", request.getUriInfo().getPath());
    request.setProperty(STEP, step);
    request.getHeaders().putSingle(EventHeaders.TRACEPARENT, step.traceparent());
  }

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    if (request.getProperty(STEP) instanceof Step step) {
      step.with("http.response.status_code", response.getStatus());
      if (response.getStatus() >= 500) {
        step.failed(Integer.toString(response.getStatus()));
      }
      step.close();
    }
  }

  /// The path template of the resource, such as `/v1/images/{id}`.
  private String route() {
    Path ofClass = resource.getResourceClass().getAnnotation(Path.class);
    Path ofMethod = resource.getResourceMethod().getAnnotation(Path.class);
    StringBuilder route = new StringBuilder();
    for (Path path : new Path[] {ofClass, ofMethod}) {
      if (path != null && !path.value().isEmpty()) {
        route.append(path.value().startsWith("/") ? "" : "/").append(path.value());
      }
    }
    return route.toString();
  }
}
