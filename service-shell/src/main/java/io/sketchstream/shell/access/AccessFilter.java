package io.sketchstream.shell.access;

import io.sketchstream.shell.problem.Problem;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Cookie;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/// Rejects requests without a key with 401 (RFC 6750), and those whose key lacks the scope of the
/// resource method, or that are limited to galleries where the method is not marked for such keys
/// ([InGalleries]), with 403, before their body is read; logs what was changed, by whom and with
/// what outcome, to the logger `audit`. The files of the page are public and do not pass this
/// filter.
///
/// **Threads:** those of requests; never blocks.
@Singleton
class AccessFilter {
  private static final Logger AUDIT = Logger.getLogger("audit");
  private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");
  private static final String KEY = "io.sketchstream.key";
  private static final String NOBODY = "-";

  // Resolved with the first request: filters are created before the configuration is read.
  private final Instance<KeyRing> keys;

  AccessFilter(Instance<KeyRing> keys) {
    this.keys = keys;
  }

  @ServerRequestFilter(priority = Priorities.AUTHENTICATION)
  public Optional<Response> admit(
      ResourceInfo resource, RoutingContext context, ContainerRequestContext request) {
    KeyRing ring = keys.get();
    if (ring.open()) {
      return Optional.empty();
    }
    Cookie cookie = request.getCookies().get(KeyRing.COOKIE);
    Optional<Key> key =
        ring.find(
            request.getHeaderString(HttpHeaders.AUTHORIZATION),
            cookie == null ? null : cookie.getValue());
    if (key.isEmpty()) {
      return Optional.of(unknown(request.getHeaderString(HttpHeaders.AUTHORIZATION)));
    }
    context.put(KEY, key.get());
    key.get().limit().note(context);
    Scope scope = scope(resource, request.getMethod());
    if (!key.get().allows(scope)) {
      return Optional.of(
          forbidden("the key '%s' lacks the scope '%s'".formatted(key.get().name(), scope.word())));
    }
    return key.get().limit().isNone() || isMarked(resource, InGalleries.class)
        ? Optional.empty()
        : Optional.of(
            forbidden(
                "the key '%s' is limited to galleries; this call concerns all images"
                    .formatted(key.get().name())));
  }

  private static Response forbidden(String detail) {
    return Problem.of(Response.Status.FORBIDDEN.getStatusCode(), detail).response();
  }

  @ServerResponseFilter
  public void audit(
      ResourceInfo resource,
      RoutingContext context,
      ContainerRequestContext request,
      ContainerResponseContext response) {
    String method = request.getMethod();
    boolean matters =
        !SAFE.contains(method)
            && (method.equals("DELETE")
                || scope(resource, method) == Scope.ADMIN
                || isMarked(resource, Audited.class));
    if (matters) {
      AUDIT.infof(
          "who=%s from=%s what=%s %s outcome=%d",
          keyOf(context).map(Key::name).orElse(NOBODY),
          context.request().remoteAddress().hostAddress(),
          method,
          what(request.getUriInfo().getRequestUri()),
          response.getStatus());
    }
  }

  /// Escaped, so that it stays one line.
  private static String what(URI uri) {
    return uri.getRawQuery() == null
        ? uri.getRawPath()
        : uri.getRawPath() + "?" + uri.getRawQuery();
  }

  /// The key that a request was admitted with; empty where none is required.
  static Optional<Key> keyOf(RoutingContext context) {
    return Optional.ofNullable(context.get(KEY));
  }

  private static boolean isMarked(ResourceInfo resource, Class<? extends Annotation> mark) {
    Method java = resource == null ? null : resource.getResourceMethod();
    return java != null && java.isAnnotationPresent(mark);
  }

  /// The scope that a resource method requires; by default that of its kind.
  private static Scope scope(ResourceInfo resource, String method) {
    Method java = resource == null ? null : resource.getResourceMethod();
    RequiresScope required = java == null ? null : java.getAnnotation(RequiresScope.class);
    if (required == null && java != null) {
      required = java.getDeclaringClass().getAnnotation(RequiresScope.class);
    }
    if (required != null) {
      return required.value();
    }
    return SAFE.contains(method) ? Scope.READ : Scope.ADMIN;
  }

  /// @param shown header of the request; null when it has none
  private static Response unknown(String shown) {
    String detail =
        shown == null
            ? "a token is required: Authorization: Bearer TOKEN"
            : "the token in the Authorization header is not valid; it is sent as 'Bearer TOKEN'";
    String challenge = "Bearer realm=\"sketchstream\"";
    return Response.fromResponse(
            Problem.of(Response.Status.UNAUTHORIZED.getStatusCode(), detail).response())
        .header(
            HttpHeaders.WWW_AUTHENTICATE,
            shown == null ? challenge : challenge + ", error=\"invalid_token\"")
        .build();
  }
}
