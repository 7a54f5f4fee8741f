package io.sketchstream.shell.access;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Prevents pages of other sites from using the service through the browser of somebody who can
/// reach it.
///
/// - A page whose name was made to resolve to this service (DNS rebinding) is detected by `Host`.
///   If no key is required, only known names are answered.
/// - A write from a page of another origin is detected by `Origin` and `Sec-Fetch-Site`, which
///   pages can't change.
/// - A browser sends a `POST` without `Content-Type` only for a page that tries to bypass the rules
///   for other origins.
final class SiteRules {
  private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS", "TRACE");
  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");

  private final boolean knownHostsOnly;
  private final String ownHost;
  private final List<String> hosts;
  private final List<String> origins;

  /// @param knownHostsOnly whether other names are refused
  /// @param ownHost address that HTTP listens on
  /// @param hosts further names, each with or without a port
  /// @param origins that may write, as in `quarkus.http.cors.origins`
  SiteRules(boolean knownHostsOnly, String ownHost, List<String> hosts, List<String> origins) {
    this.knownHostsOnly = knownHostsOnly;
    this.ownHost = lower(ownHost);
    this.hosts = hosts.stream().map(SiteRules::lower).toList();
    this.origins = List.copyOf(origins);
  }

  /// The relevant parts of a request; null for missing headers.
  record Request(
      String method,
      String host,
      String origin,
      String fetchSite,
      String contentType,
      boolean body) {}

  /// A refusal.
  record Refusal(int status, String detail) {}

  /// @return why the request is refused; empty when it is not
  Optional<Refusal> refusal(Request request) {
    if (knownHostsOnly && !isKnown(request.host())) {
      return refused(
          403,
          "the Host of the request is %s, not 127.0.0.1, localhost, [::1] or one of access.hosts"
              .formatted(quoted(request.host())));
    }
    if (SAFE.contains(request.method())) {
      return Optional.empty();
    }
    if (isForeign(request)) {
      return refused(
          403,
          "pages of other sites may not write here; Origin is %s, Sec-Fetch-Site %s"
              .formatted(quoted(request.origin()), quoted(request.fetchSite())));
    }
    // Browsers ask before they send any other method to another origin.
    if (request.method().equals("POST") && request.body() && isBlank(request.contentType())) {
      return refused(415, "a POST with a body needs a Content-Type");
    }
    return Optional.empty();
  }

  private static Optional<Refusal> refused(int status, String detail) {
    return Optional.of(new Refusal(status, detail));
  }

  private boolean isKnown(String header) {
    if (header == null) {
      return false;
    }
    String host = lower(header);
    String name = host.replaceFirst(":\\d*$", "");
    return LOOPBACK.contains(name)
        || name.equals(ownHost)
        || hosts.contains(name)
        || hosts.contains(host);
  }

  private boolean isForeign(Request request) {
    String origin = request.origin();
    if (origin != null && isAllowed(origin)) {
      return false;
    }
    return "cross-site".equalsIgnoreCase(request.fetchSite())
        || origin != null && !isOwn(origin, request.host());
  }

  /// The scheme is ignored: a proxy may speak TLS.
  private static boolean isOwn(String origin, String host) {
    Optional<URI> uri = uri(origin);
    return uri.isPresent()
        && host != null
        && authority(uri.get()).equals(withPort(host, uri.get()));
  }

  private boolean isAllowed(String origin) {
    if (uri(origin)
        .map(URI::getRawAuthority)
        .map(SiteRules::lower)
        .filter(hosts::contains)
        .isPresent()) {
      return true;
    }
    return origins.stream().map(String::strip).anyMatch(allowed -> matches(allowed, origin));
  }

  private static boolean matches(String allowed, String origin) {
    if (allowed.length() > 2 && allowed.startsWith("/") && allowed.endsWith("/")) {
      return Pattern.matches(allowed.substring(1, allowed.length() - 1), origin);
    }
    return allowed.equals("*") || allowed.equalsIgnoreCase(origin);
  }

  private static String authority(URI origin) {
    return withPort(origin.getRawAuthority(), origin);
  }

  private static String withPort(String authority, URI scheme) {
    String text = lower(authority);
    if (text.matches(".*:\\d+")) {
      return text;
    }
    return text + ("https".equalsIgnoreCase(scheme.getScheme()) ? ":443" : ":80");
  }

  /// Empty for `null` and anything else without a host.
  private static Optional<URI> uri(String origin) {
    try {
      return Optional.of(URI.create(origin)).filter(uri -> uri.getRawAuthority() != null);
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static boolean isBlank(String text) {
    return text == null || text.isBlank();
  }

  private static String quoted(String header) {
    return header == null ? "missing" : "'%.100s'".formatted(header);
  }

  private static String lower(String text) {
    return text.strip().toLowerCase(Locale.ROOT);
  }
}
