package io.sketchstream.embed.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.embed.FakeEncoder;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class DecodersTest {
  private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

  private final LoadedEncoder encoder = loaded();

  private static LoadedEncoder loaded() {
    return new LoadedEncoder(FakeEncoder.fast(1), new InferenceQueue(Options.device(1)));
  }

  @Test
  void decodesLiveImagesBeforeABackfill() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    AtomicInteger old = new AtomicInteger();
    try (Decoders decoders = new Decoders(1, 0, 1, 100)) {
      for (int i = 0; i < 100; i++) {
        decoders.execute(
            encoder,
            Priority.BACKFILL_IMAGE,
            () -> {
              awaitUninterruptibly(gate);
              old.incrementAndGet();
              return DONE;
            });
      }
      CompletableFuture<String> live = new CompletableFuture<>();
      decoders.execute(
          encoder,
          Priority.LIVE_IMAGE,
          () -> {
            live.complete(Thread.currentThread().getName());
            return DONE;
          });
      assertTrue(live.get(10, TimeUnit.SECONDS).startsWith("embed-decoder-"));
      assertEquals(0, old.get());
      gate.countDown();
    }
    assertEquals(100, old.get(), "closing does what was handed over");
  }

  /// Both what waits and what is being decoded: the thread may get no processor for minutes.
  @Test
  void decodesAnExpeditedBackfillOnLiveThreads() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<String> first = new CompletableFuture<>();
    CompletableFuture<String> second = new CompletableFuture<>();
    try (Decoders decoders = new Decoders(1, 0, 1, 2)) {
      decoders.execute(
          encoder,
          Priority.BACKFILL_IMAGE,
          () -> {
            if (begun.getCount() > 0) {
              begun.countDown();
              awaitUninterruptibly(gate);
            }
            first.complete(Thread.currentThread().getName());
            return DONE;
          });
      decoders.execute(
          encoder,
          Priority.BACKFILL_IMAGE,
          () -> {
            second.complete(Thread.currentThread().getName());
            return DONE;
          });
      begun.await();
      decoders.expedite(encoder, Priority.LIVE_IMAGE);
      assertTrue(first.get(10, TimeUnit.SECONDS).startsWith("embed-decoder-"));
      assertTrue(second.get(10, TimeUnit.SECONDS).startsWith("embed-decoder-"));
      gate.countDown();
    }
  }

  /// The pixels of an overdue image wait until the network has time for it.
  @Test
  void decodesLiveImagesBeforeAnOverdueBackfill() throws Exception {
    CompletableFuture<Void> pixels = new CompletableFuture<>();
    try (Decoders decoders = new Decoders(1, 0, 1, 1)) {
      for (int i = 0; i < 10; i++) {
        decoders.execute(encoder, Priority.BACKFILL_IMAGE, () -> pixels);
      }
      decoders.expedite(encoder, Priority.OVERDUE_IMAGE);
      decoders.execute(encoder, Priority.OVERDUE_IMAGE, () -> pixels);
      CompletableFuture<Void> live = new CompletableFuture<>();
      decoders.execute(
          encoder,
          Priority.LIVE_IMAGE,
          () -> {
            live.complete(null);
            return DONE;
          });
      live.get(10, TimeUnit.SECONDS);
      assertTrue(pixels.complete(null));
    }
  }

  /// The live images of one model are no reason to decode the backfill of another one sooner.
  @Test
  void expeditesOnlyTheWorkOfOneEncoder() throws Exception {
    CompletableFuture<String> thread = new CompletableFuture<>();
    CountDownLatch gate = new CountDownLatch(1);
    try (Decoders decoders = new Decoders(1, 0, 1, 1)) {
      decoders.execute(
          encoder,
          Priority.BACKFILL_IMAGE,
          () -> {
            awaitUninterruptibly(gate);
            thread.complete(Thread.currentThread().getName());
            return DONE;
          });
      decoders.expedite(loaded(), Priority.LIVE_IMAGE);
      gate.countDown();
    }
    assertTrue(thread.join().startsWith("backfill-decoder-"));
  }

  @Test
  void boundsHowFarItDecodesAhead() throws Exception {
    int ahead = 3;
    int count = 50;
    BlockingQueue<CompletableFuture<Void>> decoded = new LinkedBlockingQueue<>();
    try (Decoders decoders = new Decoders(2, 0, 1, ahead)) {
      for (int i = 0; i < count; i++) {
        decoders.execute(
            encoder,
            Priority.BACKFILL_IMAGE,
            () -> {
              CompletableFuture<Void> pixels = new CompletableFuture<>();
              decoded.add(pixels);
              return pixels;
            });
      }
      for (int i = 0; i < count; i++) {
        CompletableFuture<Void> next = decoded.poll(10, TimeUnit.SECONDS);
        assertTrue(decoded.size() < ahead, "decoded and not taken: " + decoded.size());
        assertTrue(next.complete(null));
      }
    }
    assertEquals(0, decoded.size());
  }

  @Test
  void continuesAfterAFailedTask() throws Exception {
    CompletableFuture<Void> next = new CompletableFuture<>();
    try (Decoders decoders = new Decoders(1, 0, 1, 1)) {
      decoders.execute(
          encoder,
          Priority.LIVE_IMAGE,
          () -> {
            throw new IllegalStateException("on purpose");
          });
      decoders.execute(
          encoder,
          Priority.LIVE_IMAGE,
          () -> {
            next.complete(null);
            return DONE;
          });
      next.get(10, TimeUnit.SECONDS);
    }
    assertTrue(next.isDone());
  }

  private static void awaitUninterruptibly(CountDownLatch gate) {
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
