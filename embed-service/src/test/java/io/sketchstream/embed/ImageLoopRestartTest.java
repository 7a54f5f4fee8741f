package io.sketchstream.embed;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.events.Topics;
import io.sketchstream.testing.Await;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Where the loop goes on after a failure, a stop, and a change of owners.
final class ImageLoopRestartTest extends ImageLoopFixture {
  @Test
  void commitsOnlyAcknowledgedOffsets() throws Exception {
    for (int i = 0; i < 20; i++) {
      kafka.image(0, "commit-" + i, "commit " + i);
    }
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(1);
    FakeEncoder gated =
        new FakeEncoder(
            7,
            0,
            () -> {
              entered.countDown();
              await(gate);
            });
    try (Embedder _ = kafka.embedder(_ -> gated, TestKafka.options(8, 2), registry)) {
      entered.await();
      try {
        Await.until(
            "more is fetched meanwhile", () -> registry.get("embed.lag").gauge().value() > 8);
        assertTrue(
            kafka.committed(generation.embedGroup()).values().stream()
                .allMatch(next -> next.offset() == 0));
      } finally {
        gate.countDown();
      }
      kafka.awaitEmbedded(generation);
    }
    assertAnswersAllInOrder();
  }

  @Test
  void resumesFromTheCommittedOffsetsAfterAFailure() throws Exception {
    for (int i = 0; i < 60; i++) {
      kafka.image(i % 2, "again-" + (i % 50), "again " + i);
    }
    AtomicInteger passes = new AtomicInteger();
    FakeEncoder failing =
        new FakeEncoder(
            7,
            0,
            () -> {
              if (passes.incrementAndGet() % 7 == 0 && passes.get() < 40) {
                throw new IllegalStateException("the device is gone for a moment");
              }
            });
    try (Embedder _ = kafka.embedder(_ -> failing, TestKafka.options(4, 2), registry)) {
      kafka.awaitEmbedded(generation);
    }
    assertTrue(registry.find("embed.loop.failures").counter().count() > 0);
    assertSameStateAs(kafka.records(Topics.IMAGES.name()));
  }

  @Test
  void resumesWhereAnotherInstanceStopped() throws Exception {
    for (int i = 0; i < 40; i++) {
      kafka.image(i % 2, "next-" + i, "next " + i);
    }
    FakeEncoder slow = new FakeEncoder(7, 2_000_000, () -> {});
    try (Embedder _ = kafka.embedder(_ -> slow, TestKafka.options(4, 1), registry)) {
      Await.until(
          "something is committed",
          () ->
              kafka.committed(generation.embedGroup()).values().stream()
                  .anyMatch(next -> next.offset() > 0));
    }
    FakeEncoder other = FakeEncoder.fast(7);
    long before = registered("embed.encoded");
    try (Embedder _ = kafka.embedder(_ -> other, TestKafka.options(4, 1), registry)) {
      kafka.awaitEmbedded(generation);
    }
    assertTrue(registered("embed.encoded") > before);
    assertSameStateAs(kafka.records(Topics.IMAGES.name()));
  }

  @Test
  void sharesPartitionsAndTakesOverFromAnotherInstance() throws Exception {
    try (Embedder _ = kafka.embedder(_ -> FakeEncoder.fast(7), TestKafka.options(4, 1), registry)) {
      try (Embedder _ =
          kafka.embedder(_ -> FakeEncoder.fast(7), TestKafka.options(4, 1), registry)) {
        for (int i = 0; i < 200; i++) {
          kafka.image(i % 2, "both-" + i % 40, "both " + i);
        }
      }
      for (int i = 0; i < 20; i++) {
        kafka.image(i % 2, "one-" + i, "one " + i);
      }
      kafka.awaitEmbedded(generation);
    }
    assertSameStateAs(kafka.records(Topics.IMAGES.name()));
  }
}
