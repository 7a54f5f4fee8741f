package io.sketchstream.embed.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.embed.FakeEncoder;
import io.sketchstream.embed.device.InferenceQueue.ForwardPass;
import io.sketchstream.shell.tracing.Step;
import io.sketchstream.testing.Await;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class InferenceQueueTest {
  private static final int LET_AHEAD = 4;
  private static final Runnable IDLE = () -> {};

  private final EncoderState encoder = new EncoderState(FakeEncoder.fast(1));
  private final InferenceQueue queue = new InferenceQueue(Options.device(2));

  @AfterEach
  void close() {
    assertTrue(queue.close().isEmpty());
  }

  @Test
  void startsNoBackfillPassBesideASketch() throws Exception {
    ForwardPass sketch = begin(queue, Priority.SKETCH);
    add(queue, Priority.BACKFILL_IMAGE);
    Taker backfill = Taker.waitingAt(queue);
    queue.finished(sketch);
    assertEquals(1, backfill.taken().requests().size());
  }

  @Test
  void advancesABackfillDespiteConstantSketches() throws Exception {
    ForwardPass sketch = begin(queue, Priority.SKETCH);
    add(queue, Priority.BACKFILL_IMAGE);
    Taker backfill = Taker.waitingAt(queue);
    for (int i = 0; i < LET_AHEAD; i++) {
      Await.until("the backfill waits, " + i + " sketches later", backfill::isWaiting);
      ForwardPass next = begin(queue, Priority.SKETCH);
      queue.finished(sketch);
      sketch = next;
    }
    assertEquals(Priority.BACKFILL_IMAGE, backfill.taken().priority());
  }

  @Test
  void runsABackfillOnTheIdleHalfOfALargeDevice() throws Exception {
    InferenceQueue large = new InferenceQueue(Options.device(4));
    ForwardPass _ = begin(large, Priority.SKETCH);
    assertEquals(1, begin(large, Priority.BACKFILL_IMAGE).requests().size());
  }

  @Test
  void runsAnExpeditedBackfillOnLiveThreads() throws Exception {
    add(queue, Priority.BACKFILL_IMAGE);
    queue.expedite(encoder, Priority.OVERDUE_IMAGE);
    assertEquals(0, queue.depth(Priority.BACKFILL_IMAGE));
    assertEquals(Priority.OVERDUE_IMAGE, queue.takeLive(IDLE).orElseThrow().priority());
  }

  @Test
  void treatsASearchedOverdueBackfillAsLive() throws Exception {
    add(queue, Priority.OVERDUE_IMAGE);
    queue.expedite(encoder, Priority.LIVE_IMAGE);
    assertEquals(Priority.LIVE_IMAGE, queue.takeLive(IDLE).orElseThrow().priority());
  }

  @Test
  void startsWithAPassOfOneImage() throws Exception {
    add(queue, Priority.LIVE_IMAGE);
    for (int i = 0; i < 9; i++) {
      add(queue, Priority.LIVE_IMAGE);
    }
    ForwardPass first = queue.takeLive(IDLE).orElseThrow();
    assertEquals(1, first.requests().size());
    queue.measured(encoder, 1);
    assertEquals(5, queue.takeLive(IDLE).orElseThrow().requests().size());
    assertEquals(4, queue.close().size());
  }

  @Test
  void expeditesOnlyTheWorkOfOneEncoder() throws Exception {
    add(queue, Priority.BACKFILL_IMAGE);
    queue.expedite(new EncoderState(FakeEncoder.fast(2)), Priority.LIVE_IMAGE);
    assertEquals(0, queue.depth(Priority.LIVE_IMAGE));
    assertEquals(1, queue.takeBackfill(IDLE).orElseThrow().requests().size());
  }

  @Test
  void expeditesAPassOnceAndOnlyItsRemainder() throws Exception {
    ForwardPass pass = begin(queue, Priority.BACKFILL_IMAGE);
    queue.expedite(encoder, Priority.LIVE_IMAGE);
    queue.expedite(encoder, Priority.LIVE_IMAGE);
    assertEquals(1, queue.depth(Priority.LIVE_IMAGE));
    pass.requests().forEach(request -> request.result().cancel(false));
    queue.finished(pass);
    assertEquals(Priority.SKETCH, begin(queue, Priority.SKETCH).priority());
    add(queue, Priority.OVERDUE_IMAGE);
    assertEquals(Priority.OVERDUE_IMAGE, queue.takeLive(IDLE).orElseThrow().priority());
    assertEquals(0, queue.depth(Priority.LIVE_IMAGE));
  }

  @Test
  void continuesABackfillBesideLiveImages() throws Exception {
    ForwardPass _ = begin(queue, Priority.LIVE_IMAGE);
    assertEquals(1, begin(queue, Priority.BACKFILL_IMAGE).requests().size());
  }

  private ForwardPass begin(InferenceQueue queue, Priority priority) throws Exception {
    add(queue, priority);
    Optional<ForwardPass> pass =
        priority == Priority.BACKFILL_IMAGE ? queue.takeBackfill(IDLE) : queue.takeLive(IDLE);
    return pass.orElseThrow();
  }

  private void add(InferenceQueue queue, Priority priority) {
    EncodeRequest request =
        new EncodeRequest(
            encoder,
            FakeEncoder.prepared("an image"),
            Step.NONE,
            System.nanoTime(),
            new CompletableFuture<>());
    assertTrue(queue.add(request, priority));
  }

  /// A thread that takes one pass of a backfill.
  private static final class Taker {
    private final CompletableFuture<ForwardPass> taken = new CompletableFuture<>();
    private final Thread thread;

    private Taker(InferenceQueue queue) {
      thread = Thread.ofPlatform().start(() -> taken.complete(takeBackfill(queue)));
    }

    private static ForwardPass takeBackfill(InferenceQueue queue) {
      try {
        return queue.takeBackfill(IDLE).orElseThrow();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    static Taker waitingAt(InferenceQueue queue) throws Exception {
      Taker taker = new Taker(queue);
      Await.until("the backfill waits for the sketch", taker::isWaiting);
      return taker;
    }

    boolean isWaiting() {
      return !taken.isDone() && thread.getState() == Thread.State.TIMED_WAITING;
    }

    ForwardPass taken() throws Exception {
      return taken.get(10, TimeUnit.SECONDS);
    }
  }
}
