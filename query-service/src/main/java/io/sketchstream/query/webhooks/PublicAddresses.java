package io.sketchstream.query.webhooks;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;

/// Which addresses belong to the public internet: those that IANA's special-purpose address
/// registries call globally reachable, except multicast. Of IPv6, only the allocated range
/// (`2000::/3`), without the ranges that embed another address.
final class PublicAddresses {
  private static final List<Range> NOT_PUBLIC_4 =
      List.of(
          new Range("0.0.0.0", 8),
          new Range("10.0.0.0", 8),
          new Range("100.64.0.0", 10),
          new Range("127.0.0.0", 8),
          new Range("169.254.0.0", 16),
          new Range("172.16.0.0", 12),
          new Range("192.0.0.0", 24),
          new Range("192.0.2.0", 24),
          new Range("192.88.99.0", 24),
          new Range("192.168.0.0", 16),
          new Range("198.18.0.0", 15),
          new Range("198.51.100.0", 24),
          new Range("203.0.113.0", 24),
          new Range("224.0.0.0", 3)); // Multicast, reserved, broadcast.
  private static final Range UNICAST_6 = new Range("2000::", 3);
  private static final List<Range> NOT_PUBLIC_6 =
      List.of(
          new Range("2001::", 23), // Teredo and other protocols.
          new Range("2001:db8::", 32),
          new Range("2002::", 16), // 6to4: an IPv4 address within.
          new Range("3fff::", 20));

  private PublicAddresses() {}

  static boolean isPublic(InetAddress address) {
    return address instanceof Inet4Address
        ? NOT_PUBLIC_4.stream().noneMatch(range -> range.contains(address))
        : UNICAST_6.contains(address)
            && NOT_PUBLIC_6.stream().noneMatch(range -> range.contains(address));
  }

  private record Range(InetAddress start, int bits) {
    Range(String start, int bits) {
      this(InetAddress.ofLiteral(start), bits);
    }

    boolean contains(InetAddress address) {
      byte[] a = start.getAddress();
      byte[] b = address.getAddress();
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> (bit % Byte.SIZE);
        if (((a[bit / Byte.SIZE] ^ b[bit / Byte.SIZE]) & mask) != 0) {
          return false;
        }
      }
      return true;
    }
  }
}
