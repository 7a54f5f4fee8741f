package io.sketchstream.benchmarks.rollout;

import java.net.URI;

/// Where the services under test listen.
public record Addresses(URI ingest, URI query, URI training, String bootstrapServers) {
  /// Of an installation that has everything on one port.
  public static Addresses ofOne(URI address, String bootstrapServers) {
    return new Addresses(address, address, address, bootstrapServers);
  }
}
