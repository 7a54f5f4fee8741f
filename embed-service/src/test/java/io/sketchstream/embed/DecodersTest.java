package io.sketchstream.embed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sketchstream.embed.InferenceExecutor.Priority;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class DecodersTest {
  @Test
  void liveImagesPassTheBackfill() throws Exception {
    ConcurrentLinkedQueue<String> order = new ConcurrentLinkedQueue<>();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(1);
    try (Decoders decoders = new Decoders(1)) {
      decoders.execute(
          Priority.BACKFILL_IMAGE,
          () -> {
            begun.countDown();
            awaitUninterruptibly(gate);
          });
      begun.await();
      decoders.execute(Priority.BACKFILL_IMAGE, () -> order.add("old 1"));
      decoders.execute(Priority.BACKFILL_IMAGE, () -> order.add("old 2"));
      decoders.execute(Priority.LIVE_IMAGE, () -> order.add("new 1"));
      decoders.execute(Priority.LIVE_IMAGE, () -> order.add("new 2"));
      gate.countDown();
    }
    assertEquals(List.of("new 1", "new 2", "old 1", "old 2"), List.copyOf(order));
  }

  private static void awaitUninterruptibly(CountDownLatch gate) {
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
