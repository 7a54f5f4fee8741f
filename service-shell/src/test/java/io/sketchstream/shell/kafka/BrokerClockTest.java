package io.sketchstream.shell.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/// The clock of this process goes wrong; the brokers' is told all the same.
final class BrokerClockTest {
  /// As an acknowledgement takes on a machine that is busy.
  private static final Duration CLOSE = Duration.ofSeconds(30);

  private Duration wrong = Duration.ZERO;
  private final BrokerClock clock = new BrokerClock(() -> Instant.now().plus(wrong));
  private final AtomicInteger called = new AtomicInteger();

  @Test
  void isUnknownBeforeTheFirstAcknowledgement() {
    wrong = Duration.ofHours(2);
    assertFalse(clock.isKnown());
    assertFalse(clock.isPast(Instant.now().minusSeconds(60)));
    assertTrue(clock.isPast(Instant.EPOCH));
    acknowledge(RecordMetadata.UNKNOWN_PARTITION, -1);
    assertFalse(clock.isKnown(), "a record without a timestamp says nothing");
  }

  @Test
  void learnsFromAcknowledgements() {
    for (Duration hours : new Duration[] {Duration.ofHours(2), Duration.ofHours(-2)}) {
      wrong = hours; // Also when it jumps.
      acknowledge(0, System.currentTimeMillis());
      assertClose(Instant.now(), clock.instant());
      assertClose(Instant.now().plus(hours), clock.toOwn(Instant.now()));
      assertFalse(clock.isPast(Instant.now().plus(CLOSE)));
      assertTrue(clock.isPast(Instant.now().minus(CLOSE)));
    }
    assertEquals(2, called.get());
  }

  /// Each partition is stamped by its leader, and any of them may have stamped what is judged.
  @Test
  void judgesByTheBrokerThatIsBehind() {
    Duration behind = Duration.ofHours(1);
    for (int i = 0; i < 3; i++) {
      acknowledge(0, System.currentTimeMillis());
      acknowledge(1, System.currentTimeMillis() - behind.toMillis());
      acknowledge(0, System.currentTimeMillis());
      assertFalse(clock.isPast(Instant.now().minus(behind.dividedBy(2))));
      assertTrue(clock.isPast(Instant.now().minus(behind).minus(CLOSE)));
      assertClose(Instant.now().plus(behind), clock.toOwn(Instant.now()));
    }
  }

  @Test
  void learnsNothingFromAFailure() {
    wrong = Duration.ofHours(2);
    Callback callback = clock.learning((_, _) -> called.incrementAndGet());
    callback.onCompletion(metadata(0, 5), new IllegalStateException("not sent"));
    assertFalse(clock.isKnown());
    assertEquals(1, called.get());
  }

  private void acknowledge(int partition, long stampedMillis) {
    clock
        .learning((_, _) -> called.incrementAndGet())
        .onCompletion(metadata(partition, stampedMillis), null);
  }

  private static RecordMetadata metadata(int partition, long stampedMillis) {
    return new RecordMetadata(
        new TopicPartition("search-results", partition), 0, 0, stampedMillis, 0, 0);
  }

  private static void assertClose(Instant expected, Instant actual) {
    assertTrue(
        Duration.between(expected, actual).abs().compareTo(CLOSE) < 0, expected + ", " + actual);
  }
}
