package io.sketchstream.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A caller waits as long as it says, whatever its clock shows.
final class DeadlinesTest {
  private static final Instant STAMPED = Instant.parse("2026-03-01T12:00:00Z");

  @Test
  void countsFromTheTimeOfTheRecord() {
    for (Duration wrong : List.of(Duration.ZERO, Duration.ofDays(400), Duration.ofDays(-3))) {
      SearchRequest request = request(STAMPED.plus(wrong), Duration.ofSeconds(7));
      SearchRequest told = Deadlines.byRecord(request, STAMPED.toEpochMilli());
      assertEquals(STAMPED.plusSeconds(7), Instants.of(told.getDeadline()), wrong.toString());
      assertEquals(STAMPED, Instants.of(told.getSubmittedAt()), wrong.toString());
      assertEquals(request.getK(), told.getK());
    }
  }

  @Test
  void leavesDeadlinesThatCannotBeComputed() {
    SearchRequest whole = request(STAMPED, Duration.ofSeconds(7));
    SearchRequest without = whole.toBuilder().clearSubmittedAt().build();
    assertEquals(without, Deadlines.byRecord(without, STAMPED.toEpochMilli()));
    SearchRequest endless = whole.toBuilder().clearDeadline().build();
    assertEquals(endless, Deadlines.byRecord(endless, STAMPED.toEpochMilli()));
    assertEquals(whole, Deadlines.byRecord(whole, -1));
  }

  @Test
  void staysInRange() {
    SearchRequest request =
        SearchRequest.newBuilder()
            .setSubmittedAt(Instants.timestamp(Instants.MIN))
            .setDeadline(Instants.timestamp(Instants.MAX))
            .build();
    assertEquals(
        Instants.MAX,
        Instants.of(Deadlines.byRecord(request, STAMPED.toEpochMilli()).getDeadline()));
    SearchRequest over = request(STAMPED, Duration.ofSeconds(-7));
    assertTrue(
        Instants.of(Deadlines.byRecord(over, STAMPED.toEpochMilli()).getDeadline())
            .isBefore(STAMPED));
  }

  private static SearchRequest request(Instant submitted, Duration waits) {
    return SearchRequest.newBuilder()
        .setK(3)
        .setSubmittedAt(Instants.timestamp(submitted))
        .setDeadline(Instants.timestamp(submitted.plus(waits)))
        .build();
  }
}
