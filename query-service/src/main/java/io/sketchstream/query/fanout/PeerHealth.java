package io.sketchstream.query.fanout;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Remembers for a moment which processes did not answer, so that searches avoid them before Kafka
/// notices that they are gone.
///
/// **Threads:** any.
final class PeerHealth {
  private static final long SUSPECT_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final Map<String, Long> failedAtNanos = new ConcurrentHashMap<>();
  private final LongSupplier nanos;

  PeerHealth() {
    this(System::nanoTime);
  }

  PeerHealth(LongSupplier nanos) {
    this.nanos = nanos;
  }

  void failed(String peer) {
    long now = nanos.getAsLong();
    failedAtNanos.values().removeIf(failedAt -> now - failedAt >= SUSPECT_NANOS);
    failedAtNanos.put(peer, now);
  }

  void answered(String peer) {
    failedAtNanos.remove(peer);
  }

  /// Whether the process should be asked last.
  boolean suspect(String peer) {
    Long failedAt = failedAtNanos.get(peer);
    return failedAt != null && nanos.getAsLong() - failedAt < SUSPECT_NANOS;
  }

  /// How many are remembered: those that failed of late.
  int size() {
    return failedAtNanos.size();
  }
}
