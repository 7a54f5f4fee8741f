package io.sketchstream.embed.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.embed.FakeEncoder;
import io.sketchstream.shell.tracing.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DeviceTest {
  private final Device device =
      new Device(Options.device(1), new SimpleMeterRegistry(), Options.workers());
  private final Semaphore passes = new Semaphore(0);
  private final CountDownLatch entered = new CountDownLatch(1);
  private final FakeEncoder gated =
      new FakeEncoder(
          1,
          0,
          () -> {
            entered.countDown();
            passes.acquireUninterruptibly();
          });

  @AfterEach
  void close() {
    passes.release(1000);
    device.close();
  }

  @Test
  void runsSketchesFirstAndTogether() throws Exception {
    LoadedEncoder encoder = device.open(gated);
    ConcurrentLinkedQueue<String> order = new ConcurrentLinkedQueue<>();
    List<CompletableFuture<Void>> all = new ArrayList<>();
    all.add(submit(encoder, "running", Priority.LIVE_IMAGE, order));
    entered.await();
    for (int i = 0; i < 20; i++) {
      all.add(submit(encoder, "live", Priority.LIVE_IMAGE, order));
    }
    for (int i = 0; i < 3; i++) {
      all.add(submit(encoder, "sketch", Priority.SKETCH, order));
    }
    passes.release(1000);
    CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(10, TimeUnit.SECONDS);

    List<String> seen = List.copyOf(order);
    assertEquals(List.of("running", "sketch", "sketch", "sketch", "live"), seen.subList(0, 5));
    assertEquals(3, gated.passes.get(1), "sketches that wait together share a pass");
    assertTrue(gated.passes.stream().allMatch(size -> size <= 8), gated.passes.toString());
  }

  @Test
  void continuesTheBackfillWhileLiveImagesWait() throws Exception {
    LoadedEncoder slow = device.open(gated);
    LoadedEncoder quick = device.open(new FakeEncoder(1, 0, () -> {}));
    CompletableFuture<Encoded> live =
        slow.submit(FakeEncoder.prepared("live"), Priority.LIVE_IMAGE, Step.NONE);
    entered.await();
    quick
        .submit(FakeEncoder.prepared("b"), Priority.BACKFILL_IMAGE, Step.NONE)
        .get(10, TimeUnit.SECONDS);
    assertTrue(!live.isDone());
  }

  @Test
  void runsLiveWorkDuringABackfillPass() throws Exception {
    LoadedEncoder slow = device.open(gated);
    LoadedEncoder quick = device.open(new FakeEncoder(1, 0, () -> {}));
    List<CompletableFuture<Encoded>> backfill = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      backfill.add(slow.submit(FakeEncoder.prepared("b" + i), Priority.BACKFILL_IMAGE, Step.NONE));
    }
    entered.await();
    quick.submit(FakeEncoder.prepared("s"), Priority.SKETCH, Step.NONE).get(10, TimeUnit.SECONDS);
    quick
        .submit(FakeEncoder.prepared("i"), Priority.LIVE_IMAGE, Step.NONE)
        .get(10, TimeUnit.SECONDS);
    assertTrue(backfill.stream().noneMatch(CompletableFuture::isDone));
    passes.release(1000);
    CompletableFuture.allOf(backfill.toArray(CompletableFuture[]::new)).get(10, TimeUnit.SECONDS);
    assertTrue(gated.passes.contains(8), gated.passes.toString());
  }

  /// The thread of a backfill may get no processor for minutes.
  @Test
  void repeatsAnExpeditedImageWithoutWaitingForItsPass() throws Exception {
    AtomicBoolean first = new AtomicBoolean(true);
    FakeEncoder stuckOnce =
        new FakeEncoder(
            1,
            0,
            () -> {
              if (first.getAndSet(false)) {
                entered.countDown();
                passes.acquireUninterruptibly();
              }
            });
    LoadedEncoder encoder = device.open(stuckOnce);
    CompletableFuture<Encoded> image =
        encoder.submit(FakeEncoder.prepared("image"), Priority.BACKFILL_IMAGE, Step.NONE);
    entered.await();
    encoder.expedite(Priority.LIVE_IMAGE);
    assertEquals(stuckOnce.expected("image"), image.get(10, TimeUnit.SECONDS).embedding());
    assertEquals(0, passes.availablePermits());
  }

  @Test
  void runsOverdueImagesLast() throws Exception {
    LoadedEncoder encoder = device.open(gated);
    ConcurrentLinkedQueue<String> order = new ConcurrentLinkedQueue<>();
    List<CompletableFuture<Void>> all = new ArrayList<>();
    all.add(submit(encoder, "running", Priority.LIVE_IMAGE, order));
    entered.await();
    all.add(submit(encoder, "overdue", Priority.OVERDUE_IMAGE, order));
    all.add(submit(encoder, "live", Priority.LIVE_IMAGE, order));
    all.add(submit(encoder, "sketch", Priority.SKETCH, order));
    passes.release(1000);
    CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(10, TimeUnit.SECONDS);
    assertEquals(List.of("running", "sketch", "live", "overdue"), List.copyOf(order));
  }

  @Test
  void makesPassesShortOnASlowDevice() throws Exception {
    FakeEncoder slow = new FakeEncoder(1, TimeUnit.MILLISECONDS.toNanos(25), () -> {});
    LoadedEncoder slowEncoder = device.open(slow);
    slowEncoder
        .submit(FakeEncoder.prepared("a"), Priority.LIVE_IMAGE, Step.NONE)
        .get(10, TimeUnit.SECONDS);
    List<CompletableFuture<Encoded>> all = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      all.add(slowEncoder.submit(FakeEncoder.prepared("b" + i), Priority.LIVE_IMAGE, Step.NONE));
    }
    CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(10, TimeUnit.SECONDS);
    assertTrue(slow.passes.stream().allMatch(size -> size <= 2), slow.passes.toString());
  }

  @Test
  void failsOnlyTheImageThatCannotBeEmbedded() throws Exception {
    LoadedEncoder encoder = device.open(gated);
    CompletableFuture<Encoded> first =
        encoder.submit(FakeEncoder.prepared("first"), Priority.LIVE_IMAGE, Step.NONE);
    entered.await();
    CompletableFuture<Encoded> spoiled =
        encoder.submit(FakeEncoder.prepared("spoil"), Priority.LIVE_IMAGE, Step.NONE);
    CompletableFuture<Encoded> good =
        encoder.submit(FakeEncoder.prepared("good"), Priority.LIVE_IMAGE, Step.NONE);
    passes.release(1000);
    first.get(10, TimeUnit.SECONDS);
    assertEquals(gated.expected("good"), good.get(10, TimeUnit.SECONDS).embedding());
    ExecutionException failure =
        assertThrows(ExecutionException.class, () -> spoiled.get(10, TimeUnit.SECONDS));
    assertInstanceOf(IllegalArgumentException.class, failure.getCause());
  }

  @Test
  void closesAnEncoderAfterItsRunningPassAndDropsQueuedWork() throws Exception {
    LoadedEncoder encoder = device.open(gated);
    CompletableFuture<Encoded> running =
        encoder.submit(FakeEncoder.prepared("running"), Priority.LIVE_IMAGE, Step.NONE);
    entered.await();
    CompletableFuture<Encoded> waiting =
        encoder.submit(FakeEncoder.prepared("waiting"), Priority.SKETCH, Step.NONE);
    Thread closer = Thread.ofPlatform().start(encoder::close);
    assertThrows(CancellationException.class, () -> waiting.get(10, TimeUnit.SECONDS));
    assertTrue(!gated.isClosed() && closer.isAlive(), "closed under a running pass");
    passes.release(1000);
    running.get(10, TimeUnit.SECONDS);
    closer.join();
    assertTrue(gated.isClosed());
    assertTrue(
        encoder
            .submit(FakeEncoder.prepared("late"), Priority.SKETCH, Step.NONE)
            .isCompletedExceptionally());
  }

  private static CompletableFuture<Void> submit(
      LoadedEncoder encoder, String name, Priority priority, ConcurrentLinkedQueue<String> order) {
    return encoder
        .submit(FakeEncoder.prepared(name), priority, Step.NONE)
        .thenAccept(_ -> order.add(name));
  }
}
