package io.sketchstream.query.search;

import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.time.Instant;

/// Times on the wire.
final class Instants {
  private Instants() {}

  static Instant of(Timestamp time) {
    return Instant.ofEpochSecond(
        Math.clamp(time.getSeconds(), Instant.MIN.getEpochSecond(), Instant.MAX.getEpochSecond()),
        time.getNanos());
  }

  static Timestamp event(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }

  /// How long ago a record was made; its timestamp is in milliseconds.
  static long microsSince(long timestampMillis, Instant now) {
    return Duration.between(Instant.ofEpochMilli(timestampMillis), now).toNanos() / 1000;
  }
}
