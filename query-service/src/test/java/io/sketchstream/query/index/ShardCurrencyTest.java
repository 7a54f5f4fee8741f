package io.sketchstream.query.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.shell.worker.Workers;
import io.sketchstream.testing.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A quiet shard learns that it misses nothing, and one that is not read, that it is stale.
final class ShardCurrencyTest extends ShardStoreFixture {
  private final AtomicInteger rounds = new AtomicInteger();
  private volatile long end = 2;
  private volatile boolean away;

  /// How much time has passed beyond that which has.
  private volatile Duration passed = Duration.ZERO;

  private final Workers workers = new Workers(new SimpleMeterRegistry());
  private ShardStore store;
  private ShardCurrency currency;

  @BeforeEach
  void start() {
    store = open(directory);
    put(store, 0, "a", axis(0));
    put(store, 1, "b", axis(1));
    store.restored();
    currency =
        ShardCurrency.start(
            _ -> ends(),
            () -> List.of(store),
            () -> {},
            new ShardCurrency.Rhythm(
                () -> {
                  rounds.incrementAndGet();
                  return Instant.now().plus(later);
                },
                () -> System.nanoTime() + passed.toNanos(),
                Duration.ofMillis(5)),
            workers);
  }

  @AfterEach
  void stop() {
    currency.close();
  }

  @Test
  void keepsAQuietShardCurrent() throws Exception {
    for (int days = 10; days <= 60; days += 10) {
      passTo(days);
      assertTrue(store.answering());
    }
    end = 10;
    put(store, 9, "after a gap", axis(2));
    assertTrue(visible(store, 9));
  }

  @Test
  void stopsAnsweringWhenAShardIsNotRead() {
    end = 5;
    passTo(10);
    assertTrue(store.answering());
    later = Duration.ofDays(20);
    Await.until("it does not answer", () -> !store.answering());
  }

  /// Kafka lost its last records with the power, or was set back to a backup; the shard was on the
  /// disk already.
  @Test
  void aShardThatHasMoreThanTheTopicIsRebuilt() throws Exception {
    store.commit(Map.of(CHANGELOG, 2L));
    passTo(0);
    assertTrue(store.answering());
    end = 1;
    Await.until("it does not answer", () -> !store.answering());
    assertThrows(StaleShardException.class, store::requireFresh);
    currency.close();
    store.close();
    ShardStore again = open(directory);
    assertNull(again.committedOffset(CHANGELOG), "it is read from the beginning");
    assertEquals(0, again.status().orElseThrow().documents());
  }

  /// As of a thread that hangs.
  @Test
  void aShardThatAppliesNothingIsTrouble() {
    end = 9;
    passTo(0);
    assertEquals(Map.of(), workers.troubles());
    passed = Duration.ofMinutes(11);
    Await.until("liveness is down", () -> !workers.troubles().isEmpty());
    assertTrue(workers.troubles().get("query-currency").contains("applied nothing"));
    for (int offset = 2; offset < 9; offset++) {
      put(store, offset, "more" + offset, axis(0));
    }
    Await.until("it is well", () -> workers.statuses().get("query-currency").isRunning());
  }

  /// As of a Kafka that is away: the shard could apply nothing.
  @Test
  void theTimeWithoutKafkaDoesNotCount() {
    end = 9;
    passTo(0);
    away = true;
    passed = Duration.ofMinutes(11);
    Await.until("Kafka is missed", () -> !isRunning());
    away = false;
    Await.until("Kafka is back", this::isRunning);
    passTo(0);
    assertTrue(isRunning(), "it has ten minutes again");
    passed = Duration.ofMinutes(22);
    Await.until("liveness is down", () -> !workers.troubles().isEmpty());
  }

  /// Somebody sets the clock.
  @Test
  void aClockThatJumpsIsNoTrouble() {
    end = 9;
    passTo(0);
    passTo(1);
    assertTrue(isRunning());
    assertEquals(Map.of(), workers.troubles());
  }

  private Map<TopicPartition, Long> ends() {
    if (away) {
      throw new TimeoutException("Kafka is away");
    }
    return Map.of(CHANGELOG, end);
  }

  private boolean isRunning() {
    return workers.statuses().get("query-currency").isRunning();
  }

  /// Two more rounds began after the time was set, so one of them has ended.
  private void passTo(int days) {
    later = Duration.ofDays(days);
    int before = rounds.get();
    Await.until("it was looked at", () -> rounds.get() >= before + 2);
  }
}
