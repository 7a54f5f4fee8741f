package io.sketchstream.shell.admission;

import io.sketchstream.shell.problem.Problem;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.Set;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/// Asks [Admissions] about the body of every request, after the caller was found to have the scope.
///
/// **Threads:** those of requests; never blocks.
@Singleton
class AdmissionFilter {
  private static final int UNSUPPORTED_TYPE = 415;
  private static final Set<HttpMethod> BODILESS =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS, HttpMethod.DELETE);

  // Asked for with the first body: filters are made before the settings are read.
  private final Instance<Admissions> admissions;

  AdmissionFilter(Instance<Admissions> admissions) {
    this.admissions = admissions;
  }

  @ServerRequestFilter
  public Optional<Response> admit(
      ResourceInfo resource, RoutingContext context, ContainerRequestContext request) {
    if (!hasBody(context.request())) {
      return Optional.empty();
    }
    String encoding = context.request().getHeader(HttpHeaders.CONTENT_ENCODING);
    if (encoding != null && !encoding.strip().matches("(?i)|identity")) {
      return refused(context, encoded(encoding));
    }
    BodyAdmission body =
        admissions.get().of(resource.getResourceMethod().getAnnotation(TakesBody.class), context);
    Optional<Problem> refusal = body.refusal();
    if (refusal.isPresent()) {
      return refused(context, refusal.get().response());
    }
    request.setEntityStream(body.admitted(request.getEntityStream()));
    return Optional.empty();
  }

  private static Optional<Response> refused(RoutingContext context, Response answer) {
    // The rest of the body runs into nothing, so that the caller gets to read the answer.
    context.addEndHandler(_ -> context.request().resume());
    return Optional.of(answer);
  }

  /// Taken as it is, it would be refused for what it is not.
  private static Response encoded(String encoding) {
    String detail =
        "Content-Encoding is '%.100s': a body is read as it is, so send it without"
            .formatted(encoding);
    return Response.fromResponse(Problem.of(UNSUPPORTED_TYPE, detail).response())
        .header("Accept-Encoding", "identity") // RFC 9110, 15.5.16
        .build();
  }

  private static boolean hasBody(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length != null) {
      return !length.equals("0");
    }
    return request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
        // Has bodies that nothing announces.
        || request.version() == HttpVersion.HTTP_2 && !BODILESS.contains(request.method());
  }
}
