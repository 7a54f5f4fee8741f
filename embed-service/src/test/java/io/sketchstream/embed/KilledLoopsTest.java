package io.sketchstream.embed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ModelState;
import io.sketchstream.events.SearchRequest;
import io.sketchstream.shell.worker.Workers;
import io.sketchstream.testing.Await;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each loop of the service is killed in turn; each restarts, and the service goes on.
final class KilledLoopsTest {
  private static final SearchRequest REQUEST = SearchRequest.newBuilder().setK(5).build();

  private static final Generation GENERATION = new Generation("killed");

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Workers workers = new Workers(registry);
  private TestKafka kafka;

  @AfterEach
  void stop() {
    kafka.close();
  }

  @BeforeEach
  void start(@TempDir Path home) {
    kafka = new TestKafka(home);
  }

  @Test
  void restartsEveryLoop() throws Exception {
    kafka.model(GENERATION, ModelState.ACTIVE, 1);
    try (Embedder _ =
        kafka.embedder(_ -> FakeEncoder.fast(7), TestKafka.options(16, 1), registry, workers)) {
      Await.until(
          "all loops run",
          () ->
              workers.statuses().size() == 6
                  && workers.statuses().values().stream().allMatch(s -> s.isRunning()));
      Set<String> loops = workers.statuses().keySet();
      assertEquals(
          Set.of(
              "embed-models",
              "embed-sketches",
              "embed-killed",
              "embed-standing-killed",
              "embed-inference-0",
              "embed-backfill-0"),
          loops);
      for (String loop : loops) {
        kill(loop, loop);
      }
      kill("embed-killed-writer", "embed-killed");
    }
  }

  /// @param worker that fails because of it
  private void kill(String thread, String worker) throws Exception {
    Counter failures = registry.counter("worker.failures", "worker", worker);
    double before = failures.count();
    interrupt(thread);
    Await.until(worker + " has failed", () -> failures.count() > before);
    Await.until(worker + " runs again", () -> workers.statuses().get(worker).isRunning());
    kafka.image(0, "after-" + thread, "an image");
    kafka.awaitEmbedded(GENERATION);
    kafka.sketch("q-after-" + thread, "a sketch", REQUEST);
    assertFalse(kafka.answer("q-after-" + thread).hasError());
  }

  /// An interrupt that nobody meant fails whatever the loop waits in.
  private static void interrupt(String thread) {
    Thread.getAllStackTraces().keySet().stream()
        .filter(running -> running.getName().equals(thread))
        .forEach(Thread::interrupt);
  }
}
