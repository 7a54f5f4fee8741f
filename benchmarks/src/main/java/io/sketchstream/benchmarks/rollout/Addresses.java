package io.sketchstream.benchmarks.rollout;

import java.net.URI;
import java.util.Map;

/// Where the services under test listen.
///
/// @param kafka settings of a Kafka client
public record Addresses(URI ingest, URI query, URI training, Map<String, Object> kafka) {
  /// Of an installation that has everything on one port.
  public static Addresses ofOne(URI address, Map<String, Object> kafka) {
    return new Addresses(address, address, address, kafka);
  }
}
