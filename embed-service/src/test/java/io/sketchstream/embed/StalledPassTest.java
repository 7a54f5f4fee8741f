package io.sketchstream.embed;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.events.SearchRequest;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// A forward pass never ends. The loop whose records it has starts again, and does them once more.
final class StalledPassTest extends ImageLoopFixture {
  private static final Duration STALL_MAX = Duration.ofSeconds(2);

  private final CountDownLatch end = new CountDownLatch(1);
  private final AtomicBoolean stalls = new AtomicBoolean();
  private final FakeEncoder stalling =
      new FakeEncoder(
          7,
          0,
          () -> {
            if (stalls.compareAndSet(true, false)) {
              await(end);
            }
          });

  @Test
  void theImagesAreEmbeddedAgain() throws Exception {
    try (Embedder _ = embedder()) {
      kafka.image(0, "before", "before");
      kafka.awaitEmbedded(generation);
      stalls.set(true);
      kafka.image(0, "stalled", "stalled");
      kafka.awaitEmbedded(generation);
      assertTrue(state(generation).containsKey("stalled"));
      end.countDown();
    }
  }

  @Test
  void theSketchIsAnswered() throws Exception {
    try (Embedder _ = embedder()) {
      kafka.image(0, "before", "before");
      kafka.awaitEmbedded(generation);
      stalls.set(true);
      kafka.sketch("stalled", "a sketch", SearchRequest.newBuilder().setK(5).build());
      assertFalse(kafka.answer("stalled").hasError());
      end.countDown();
    }
  }

  private Embedder embedder() {
    return kafka.embedder(_ -> stalling, TestKafka.options(16, 2, STALL_MAX), registry);
  }
}
