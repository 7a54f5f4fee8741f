package io.sketchstream.query.fanout;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// Remembers for a moment which processes did not answer, so that searches avoid them before Kafka
/// notices that they are gone.
///
/// **Threads:** any.
final class PeerHealth {
  private static final long SUSPECT_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final Map<String, Long> failedAtNanos = new ConcurrentHashMap<>();

  void failed(String peer) {
    failedAtNanos.put(peer, System.nanoTime());
  }

  void answered(String peer) {
    failedAtNanos.remove(peer);
  }

  /// Whether the process should be asked last.
  boolean suspect(String peer) {
    Long failedAt = failedAtNanos.get(peer);
    return failedAt != null && System.nanoTime() - failedAt < SUSPECT_NANOS;
  }
}
