package io.sketchstream.shell.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.http.HttpRequest;
import java.security.MessageDigest;
import java.util.Optional;

/// The token of an installation.
///
/// @param token empty where everybody may call
public record Access(Optional<String> token) {
  /// Everybody may call.
  public static final Access OPEN = new Access(Optional.empty());

  /// The cookie by which the page shows its token where it can send no header: in `<img>`.
  static final String COOKIE = "sketchstream-token";

  private static final String BEARER = "Bearer ";

  /// Shows the token, when this service calls another.
  public HttpRequest.Builder show(HttpRequest.Builder request) {
    token.ifPresent(value -> request.header("Authorization", BEARER + value));
    return request;
  }

  /// Whether a caller may.
  ///
  /// @param authorization header of the request; null without
  /// @param cookie value of [#COOKIE]; null without
  boolean admits(String authorization, String cookie) {
    if (token.isEmpty()) {
      return true;
    }
    boolean bearer =
        authorization != null
            && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
            && isToken(authorization.substring(BEARER.length()).strip());
    return bearer || cookie != null && isToken(cookie);
  }

  /// In a time that does not tell how much of it was right.
  private boolean isToken(String shown) {
    return MessageDigest.isEqual(shown.getBytes(UTF_8), token.orElseThrow().getBytes(UTF_8));
  }

  /// Refuses to listen to strangers: only this machine, callers with a token, or a network that was
  /// said to be safe.
  ///
  /// @param host that HTTP listens on
  /// @throws IllegalStateException says what to set
  void check(String host, boolean open) {
    if (token.isEmpty() && !open && !isLoopback(host)) {
      throw new IllegalStateException(
          "quarkus.http.host is '"
              + host
              + "', which other machines can reach: set access.token to what callers must know,"
              + " or access.open=true where the network lets only the right ones in");
    }
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false; // HTTP will say so.
    }
  }

  @Override
  public String toString() {
    return token.isEmpty() ? "open" : "with a token";
  }
}
