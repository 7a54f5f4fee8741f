package io.sketchstream.shell.access;

import java.net.http.HttpRequest;
import java.util.Optional;

/// The token with which services call each other.
///
/// @param token empty when no token is required
public record Access(Optional<String> token) {
  /// The cookie that carries the key where the page can't send a header: in `<img>`.
  public static final String COOKIE = "sketchstream-token";

  /// No token is required.
  public static final Access OPEN = new Access(Optional.empty());

  /// Adds the token to a request to another service.
  public HttpRequest.Builder show(HttpRequest.Builder request) {
    token.ifPresent(value -> request.header("Authorization", "Bearer " + value));
    return request;
  }

  @Override
  public String toString() {
    return token.isEmpty() ? "open" : "with a token";
  }
}
