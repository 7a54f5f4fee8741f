package io.sketchstream.embed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class DecodersTest {
  @Test
  void liveImagesDoNotWaitForABackfill() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    AtomicInteger old = new AtomicInteger();
    try (Decoders decoders = new Decoders(1, 0)) {
      for (int i = 0; i < 100; i++) {
        decoders.execute(
            Priority.BACKFILL_IMAGE,
            () -> {
              awaitUninterruptibly(gate);
              old.incrementAndGet();
            });
      }
      CompletableFuture<String> live = new CompletableFuture<>();
      decoders.execute(Priority.LIVE_IMAGE, () -> live.complete(Thread.currentThread().getName()));
      assertTrue(live.get(10, TimeUnit.SECONDS).startsWith("embed-decoder-"));
      assertEquals(0, old.get());
      gate.countDown();
    }
    assertEquals(100, old.get(), "closing does what was handed over");
  }

  private static void awaitUninterruptibly(CountDownLatch gate) {
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
