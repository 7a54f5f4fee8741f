package io.sketchstream.embed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.embed.InferenceExecutor.Job;
import io.sketchstream.embed.InferenceExecutor.Lane;
import io.sketchstream.embed.PassQueue.Pass;
import io.sketchstream.shell.tracing.Step;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PassQueueTest {
  private static final int LET_BY = 4;

  private final EmbedOptions options = TestKafka.options(64, 2);
  private final InferenceExecutor device =
      new InferenceExecutor(options, new EmbedMetrics(new SimpleMeterRegistry()));
  private final Lane lane = device.open(FakeEncoder.fast(1));
  private final PassQueue queue = new PassQueue(options);

  @AfterEach
  void close() {
    assertTrue(queue.close().isEmpty());
    device.close();
  }

  @Test
  void noPassOfTheBackfillBeginsBesideASketch() throws Exception {
    Pass sketch = begin(queue, Priority.SKETCH);
    add(queue, Priority.BACKFILL_IMAGE);
    Taker backfill = Taker.waitingAt(queue);
    queue.finished(sketch);
    assertEquals(1, backfill.taken().jobs().size());
  }

  @Test
  void sketchesThatNeverCeaseKeepNoBackfillForever() throws Exception {
    Pass sketch = begin(queue, Priority.SKETCH);
    add(queue, Priority.BACKFILL_IMAGE);
    Taker backfill = Taker.waitingAt(queue);
    for (int i = 0; i < LET_BY; i++) {
      Await.until("the backfill waits, " + i + " sketches later", backfill::isWaiting);
      Pass next = begin(queue, Priority.SKETCH);
      queue.finished(sketch);
      sketch = next;
    }
    assertEquals(Priority.BACKFILL_IMAGE, backfill.taken().priority());
  }

  @Test
  void theBackfillTakesTheIdleHalfOfALargeDevice() {
    PassQueue large = new PassQueue(TestKafka.options(64, 4));
    Pass _ = begin(large, Priority.SKETCH);
    assertEquals(1, begin(large, Priority.BACKFILL_IMAGE).jobs().size());
  }

  @Test
  void liveImagesHoldNoBackfill() {
    Pass _ = begin(queue, Priority.LIVE_IMAGE);
    assertEquals(1, begin(queue, Priority.BACKFILL_IMAGE).jobs().size());
  }

  private Pass begin(PassQueue queue, Priority priority) {
    add(queue, priority);
    Optional<Pass> pass =
        priority == Priority.BACKFILL_IMAGE ? queue.takeBackfill() : queue.takeLive();
    return pass.orElseThrow();
  }

  private void add(PassQueue queue, Priority priority) {
    Job job =
        new Job(
            lane,
            FakeEncoder.prepared("an image"),
            Step.NONE,
            System.nanoTime(),
            new CompletableFuture<>());
    assertTrue(queue.add(job, priority));
  }

  /// A thread that takes one pass of the backfill.
  private static final class Taker {
    private final CompletableFuture<Pass> taken = new CompletableFuture<>();
    private final Thread thread;

    private Taker(PassQueue queue) {
      thread = Thread.ofPlatform().start(() -> taken.complete(queue.takeBackfill().orElseThrow()));
    }

    static Taker waitingAt(PassQueue queue) throws Exception {
      Taker taker = new Taker(queue);
      Await.until("the backfill waits for the sketch", taker::isWaiting);
      return taker;
    }

    boolean isWaiting() {
      return !taken.isDone() && thread.getState() == Thread.State.WAITING;
    }

    Pass taken() throws Exception {
      return taken.get(10, TimeUnit.SECONDS);
    }
  }
}
