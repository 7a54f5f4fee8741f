package io.sketchstream.query;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/// Where other query services reach this one.
final class Address {
  private Address() {}

  /// @param configured `host:port`, if it is set
  /// @param host what HTTP listens on; all of the machine's addresses become its own one
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
          "this machine does not know its own address: set query.address", e);
    }
  }
}
