package io.sketchstream.shell.process;

import java.net.InetAddress;
import java.net.UnknownHostException;

/// Addresses as `host:port`, as in a URL: an IPv6 address is in brackets (RFC 3986).
public final class HttpAddress {
  private HttpAddress() {}

  /// @param host an IPv6 address has no brackets
  public static String of(String host, int port) {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  /// The address at which this machine reaches a server of its own.
  ///
  /// @param host address that the server listens on
  public static String fromHere(String host, int port) {
    return of(isEverywhere(host) ? "127.0.0.1" : host, port);
  }

  /// The address at which other machines reach a server of this one.
  ///
  /// @param host address that the server listens on; a wildcard is replaced by the machine's own
  /// @throws IllegalStateException when the address of the machine can't be found
  public static String fromElsewhere(String host, int port) {
    return of(isEverywhere(host) ? ownAddress() : host, port);
  }

  private static boolean isEverywhere(String host) {
    return host.equals("0.0.0.0") || host.equals("::");
  }

  private static String ownAddress() {
    try {
      return InetAddress.getLocalHost().getHostAddress();
    } catch (UnknownHostException e) {
      throw new IllegalStateException(
          "the address of this machine can't be found: configure it", e);
    }
  }
}
