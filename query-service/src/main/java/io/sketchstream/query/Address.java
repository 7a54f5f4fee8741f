package io.sketchstream.query;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/// The address at which other query services reach this one.
final class Address {
  private Address() {}

  /// @param configured `host:port`, if it is set
  /// @param host address that HTTP listens on; a wildcard address is replaced by the machine's own
  static String of(Optional<String> configured, String host, int port) {
    return configured.orElseGet(() -> (isEverywhere(host) ? ownAddress() : host) + ":" + port);
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
