package io.sketchstream.shell.admission;

import io.vertx.core.http.HttpServerRequest;
import java.util.Arrays;
import java.util.stream.Collectors;

/// Who a request comes from, as far as shares are concerned.
public final class Callers {
  private static final int NETWORK_GROUPS = 4;

  private Callers() {}

  /// The address of the caller; for IPv6 its /64 network, which usually belongs to one caller.
  public static String address(HttpServerRequest request) {
    String address = request.remoteAddress().hostAddress();
    return address.contains(":")
        ? Arrays.stream(address.split(":", -1))
            .limit(NETWORK_GROUPS)
            .collect(Collectors.joining(":"))
        : address;
  }
}
