package io.sketchstream.ingest.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.broker.EmbeddedBroker;
import io.sketchstream.ingest.TestImages;
import io.sketchstream.ingest.gallery.ImageIds;
import io.sketchstream.ingest.gallery.TestGallery;
import io.sketchstream.testing.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each loop of the service is killed in turn; each restarts, and the service goes on.
final class KilledLoopsTest {
  @Test
  void everyLoopRestarts(@TempDir Path home) throws Exception {
    Path folder = Files.createDirectories(home.resolve("folder"));
    try (EmbeddedBroker broker = EmbeddedBroker.start(home.resolve("kafka"));
        TestGallery gallery = TestGallery.open(broker, home.resolve("state"));
        FolderWatch watch =
            new FolderWatch(
                new FolderWatch.Settings(
                    List.of(folder), Duration.ofMillis(100), Duration.ofMillis(30)),
                gallery.intake(),
                gallery.gallery(),
                gallery.workers(),
                new SimpleMeterRegistry())) {
      watch.start();
      Await.until("both run", () -> running(gallery) == 2);
      Set<String> loops = gallery.workers().statuses().keySet();
      assertEquals(Set.of("ingest-directory-keeper", "ingest-folder-watch"), loops);
      for (String loop : loops) {
        kill(gallery, loop);
        Path file = Files.write(folder.resolve("after-" + loop + ".png"), TestImages.png(1));
        String id = ImageIds.ofFile(ImageIds.uriOf(file));
        Await.until(
            file + " is in", () -> gallery.isReady() && gallery.gallery().find(id).isPresent());
      }
    }
  }

  private static long running(TestGallery gallery) {
    return gallery.workers().statuses().values().stream().filter(s -> s.isRunning()).count();
  }

  private static void kill(TestGallery gallery, String loop) {
    Counter failures = gallery.registry().counter("worker.failures", "worker", loop);
    double before = failures.count();
    // An interrupt that nobody meant fails whatever the loop waits in.
    Thread.getAllStackTraces().keySet().stream()
        .filter(running -> running.getName().equals(loop))
        .forEach(Thread::interrupt);
    Await.until(loop + " has failed", () -> failures.count() > before);
    Await.until(loop + " runs again", () -> gallery.workers().statuses().get(loop).isRunning());
    assertEquals(Map.of(), gallery.workers().troubles(), loop);
  }
}
