package io.sketchstream.shell.access;

import io.sketchstream.shell.problem.ProblemException;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.net.HttpURLConnection;
import java.util.Locale;

/// Applies [SiteRules] to every request, health and metrics included, and adds the security headers
/// for browsers to every answer.
///
/// **Threads:** those of requests; never blocks.
@Singleton
class SiteFilter {
  /// After the route that turns failures into problems.
  private static final int ORDER = Integer.MIN_VALUE + 1;

  /// Everything is served from here; photos and calls may come from other services' addresses.
  private static final String PAGE =
      "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self';"
          + " img-src 'self' blob: http: https:; connect-src 'self' http: https:;"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  /// The pages of the platform have inline scripts and styles.
  private static final String PLATFORM =
      "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline';"
          + " img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final String DATA = "default-src 'none'; frame-ancestors 'none'";

  private final SiteRules rules;

  SiteFilter(SiteRules rules) {
    this.rules = rules;
  }

  void register(@Observes Router router) {
    router.route().order(ORDER).handler(this::check);
  }

  private void check(RoutingContext context) {
    context.addHeadersEndHandler(_ -> putHeaders(context));
    rules
        .refusal(request(context.request()))
        .ifPresentOrElse(
            refusal -> context.fail(new ProblemException(refusal.status(), refusal.detail())),
            context::next);
  }

  private static SiteRules.Request request(HttpServerRequest request) {
    MultiMap headers = request.headers();
    String length = headers.get(HttpHeaders.CONTENT_LENGTH);
    boolean body =
        headers.contains(HttpHeaders.TRANSFER_ENCODING) || length != null && !length.equals("0");
    return new SiteRules.Request(
        request.method().name(),
        host(request),
        headers.get(HttpHeaders.ORIGIN),
        headers.get("Sec-Fetch-Site"),
        headers.get(HttpHeaders.CONTENT_TYPE),
        body);
  }

  /// HTTP/2 has the pseudo-header `:authority` in its place (RFC 9113, 8.3.1).
  private static String host(HttpServerRequest request) {
    String host = request.getHeader(HttpHeaders.HOST);
    return host == null && request.authority() != null ? request.authority().toString() : host;
  }

  private static void putHeaders(RoutingContext context) {
    if (context.response().getStatusCode() == HttpURLConnection.HTTP_NOT_MODIFIED) {
      return; // Its headers replace those of the stored response (RFC 9111, 3.2), which are right.
    }
    MultiMap headers = context.response().headers();
    String type = String.valueOf(headers.get(HttpHeaders.CONTENT_TYPE)).toLowerCase(Locale.ROOT);
    boolean platform = context.normalizedPath().startsWith("/q/");
    boolean html = type.startsWith("text/html");
    headers.set("Content-Security-Policy", html ? platform ? PLATFORM : PAGE : DATA);
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("X-Frame-Options", "DENY");
    headers.set("Referrer-Policy", "no-referrer");
    if (!headers.contains(HttpHeaders.CACHE_CONTROL)) {
      headers.set(HttpHeaders.CACHE_CONTROL, "no-store");
    }
  }
}
