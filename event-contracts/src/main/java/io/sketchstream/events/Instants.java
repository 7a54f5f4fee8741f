package io.sketchstream.events;

import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.time.Instant;

/// Times in events. A writer may put anything into a Protobuf timestamp; the times returned here
/// are always between the years 1 and 9999, the range that Protobuf defines.
public final class Instants {
  /// The earliest time in an event.
  public static final Instant MIN = Instant.parse("0001-01-01T00:00:00Z");

  /// The latest time in an event.
  public static final Instant MAX = Instant.parse("9999-12-31T23:59:59.999999999Z");

  private static final int NANOS_MAX = 999_999_999;

  private Instants() {}

  /// The time of an event; one outside the range becomes the nearest that is in it.
  public static Instant of(Timestamp time) {
    return clamp(
        Instant.ofEpochSecond(
            Math.clamp(time.getSeconds(), MIN.getEpochSecond() - 1, MAX.getEpochSecond() + 1),
            Math.clamp(time.getNanos(), 0, NANOS_MAX)));
  }

  /// When a caller stops waiting: its deadline, and at most this long from now.
  public static Instant deadline(Timestamp deadline, Instant now, Duration waitMax) {
    Instant latest = now.plus(waitMax);
    Instant asked = of(deadline);
    return asked.isBefore(latest) ? asked : latest;
  }

  /// A time as events carry it; one outside the range becomes the nearest that is in it.
  public static Timestamp timestamp(Instant time) {
    Instant valid = clamp(time);
    return Timestamp.newBuilder()
        .setSeconds(valid.getEpochSecond())
        .setNanos(valid.getNano())
        .build();
  }

  /// How long ago a record was written; zero when its timestamp is in the future or none.
  ///
  /// @param timestampMillis the timestamp of the Kafka record; negative when it has none
  public static Duration since(long timestampMillis, Instant now) {
    return timestampMillis < 0 || timestampMillis > now.toEpochMilli()
        ? Duration.ZERO
        : Duration.between(Instant.ofEpochMilli(timestampMillis), now);
  }

  private static Instant clamp(Instant time) {
    if (time.isBefore(MIN)) {
      return MIN;
    }
    return time.isAfter(MAX) ? MAX : time;
  }
}
