package io.sketchstream.events;

import java.time.Duration;
import java.time.Instant;

/// Deadlines of searches, computed without comparing the caller's clock with another one.
public final class Deadlines {
  private Deadlines() {}

  /// The times of a search by the clock that stamped its record, which is the broker's. The caller
  /// waits for the difference of its own two times, counted from the time of its record. If it does
  /// not say when it submitted the search, its clock is trusted.
  ///
  /// @param recordMillis the timestamp of the Kafka record; negative when it has none
  public static SearchRequest byRecord(SearchRequest request, long recordMillis) {
    if (!request.hasDeadline() || !request.hasSubmittedAt() || recordMillis < 0) {
      return request;
    }
    Duration waits =
        Duration.between(Instants.of(request.getSubmittedAt()), Instants.of(request.getDeadline()));
    Instant submitted = Instant.ofEpochMilli(recordMillis);
    return request.toBuilder()
        .setSubmittedAt(Instants.timestamp(submitted))
        .setDeadline(Instants.timestamp(submitted.plus(waits)))
        .build();
  }
}
