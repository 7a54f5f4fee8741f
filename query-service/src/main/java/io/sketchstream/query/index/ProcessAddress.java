package io.sketchstream.query.index;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/// The address at which other query services reach this one, `host:port` as in a URL: an IPv6
/// address is in brackets (RFC 3986).
public final class ProcessAddress {
  private ProcessAddress() {}

  /// @param configured `query.address`, if it is set
  /// @param host address that HTTP listens on; a wildcard address is replaced by the machine's own
  public static String of(Optional<String> configured, String host, int port) {
    return configured.orElseGet(() -> of(isEverywhere(host) ? ownAddress() : host, port));
  }

  /// The address at which this process reaches its own HTTP.
  ///
  /// @param host address that HTTP listens on
  public static String ofItself(String host, int port) {
    return of(isEverywhere(host) ? "127.0.0.1" : host, port);
  }

  /// @param host an IPv6 address has no brackets, as in the metadata of Kafka Streams
  static String of(String host, int port) {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  private static boolean isEverywhere(String host) {
    return host.equals("0.0.0.0") || host.equals("::");
  }

  private static String ownAddress() {
    try {
      return InetAddress.getLocalHost().getHostAddress();
    } catch (UnknownHostException e) {
      throw new IllegalStateException(
          "the address of this machine can't be found: set query.address", e);
    }
  }
}
