package io.sketchstream.events;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class InstantsTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00.123456789Z");
  private static final List<Long> HOSTILE_SECONDS =
      List.of(Long.MIN_VALUE, -62_135_596_801L, 253_402_300_800L, Long.MAX_VALUE);
  private static final List<Integer> HOSTILE_NANOS =
      List.of(Integer.MIN_VALUE, -1, 1_000_000_000, Integer.MAX_VALUE);

  @Test
  void convertsATimeThereAndBack() {
    for (Instant time : List.of(NOON, Instant.EPOCH, Instants.MIN, Instants.MAX)) {
      assertEquals(time, Instants.of(Instants.timestamp(time)));
    }
  }

  @Test
  void clampsExtremeTimes() {
    for (long seconds : HOSTILE_SECONDS) {
      for (int nanos : HOSTILE_NANOS) {
        Timestamp hostile = time(seconds, nanos);
        assertEquals(seconds < 0 ? Instants.MIN : Instants.MAX, Instants.of(hostile));
      }
    }
    assertEquals(Instant.EPOCH, Instants.of(time(0, -5)));
  }

  @Test
  void clampsInstantsOutsideTheRangeWhenWriting() {
    assertEquals(Instants.MAX, Instants.of(Instants.timestamp(Instant.MAX)));
    assertEquals(Instants.MIN, Instants.of(Instants.timestamp(Instant.MIN)));
  }

  @Test
  void boundsTheDistanceOfADeadline() {
    Duration waitMax = Duration.ofSeconds(30);
    assertEquals(
        NOON.plusSeconds(5),
        Instants.deadline(Instants.timestamp(NOON.plusSeconds(5)), NOON, waitMax));
    for (long seconds : HOSTILE_SECONDS) {
      Instant deadline = Instants.deadline(time(seconds, 0), NOON, waitMax);
      assertEquals(seconds < 0 ? Instants.MIN : NOON.plus(waitMax), deadline);
    }
  }

  @Test
  void computesAnAgeThatIsNeverNegativeAndNeverOverflows() {
    assertEquals(Duration.ofNanos(7_456_789), Instants.since(NOON.toEpochMilli() - 7, NOON));
    for (long millis : List.of(Long.MIN_VALUE, -1L, Long.MAX_VALUE)) {
      assertEquals(Duration.ZERO, Instants.since(millis, NOON));
    }
  }

  private static Timestamp time(long seconds, int nanos) {
    return Timestamp.newBuilder().setSeconds(seconds).setNanos(nanos).build();
  }
}
