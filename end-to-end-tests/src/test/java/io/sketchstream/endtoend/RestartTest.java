package io.sketchstream.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The state after a stop and after a crash.
@Timeout(value = 20, unit = TimeUnit.MINUTES)
final class RestartTest {
  private static final Duration CATCH_UP_MAX = Duration.ofMinutes(3);
  private static final int WRITERS = 4;

  @TempDir Path directory;

  @Test
  void keepsTheGalleryAfterACleanStop() {
    Path home = directory.resolve("home");
    String after;
    try (StandaloneProcess first = start(home)) {
      try (GalleryClient gallery = new GalleryClient(first.address())) {
        gallery.put("removed", Pictures.png(2));
        gallery.put("kept", Pictures.png(1));
        after = gallery.delete("removed").position();
        gallery.search(Pictures.png(1), 1, after);
      }
      assertStopsInOrder(first);
    }
    try (StandaloneProcess second = start(home);
        GalleryClient gallery = new GalleryClient(second.address())) {
      assertEquals(List.of("kept"), GalleryClient.ids(gallery.search(Pictures.png(1), 5, after)));
      assertEquals(1, gallery.count());
      assertEquals(
          0, gallery.metric("embed_images_embedded_total"), "it embedded the gallery again");
      assertEquals("unchanged", gallery.put("kept", Pictures.png(1)).status());
      assertStopsInOrder(second);
    }
  }

  /// libtorch crashes a JVM that exits in the middle of a forward pass.
  @Test
  void stopsCleanlyDuringHeavyEmbedding() throws Exception {
    try (StandaloneProcess standalone = start(directory.resolve("home"));
        Writers writers = new Writers(standalone, 5_000)) {
      Await.until(
          "images are being embedded",
          CATCH_UP_MAX,
          () -> writers.gallery.metric("embed_images_embedded_total") > 20);
      assertStopsInOrder(standalone);
    }
  }

  @Test
  void neitherLosesNorDoublesWhenKilledDuringAnImport() throws Exception {
    Path home = directory.resolve("home");
    Set<Integer> acknowledged;
    try (StandaloneProcess first = start(home);
        Writers writers = new Writers(first, 900)) {
      Await.until(
          "images are acknowledged and embedded",
          CATCH_UP_MAX,
          () ->
              writers.acknowledged.size() > 150
                  && writers.gallery.metric("embed_images_embedded_total") > 30);
      first.kill();
      acknowledged = writers.stop();
    }
    try (StandaloneProcess second = start(home);
        GalleryClient gallery = new GalleryClient(second.address())) {
      long count = gallery.count();
      assertTrue(
          count >= acknowledged.size() && count <= acknowledged.size() + WRITERS,
          acknowledged.size() + " were acknowledged, the gallery has " + count);
      Await.until(
          "all " + count + " images are indexed",
          CATCH_UP_MAX,
          () -> gallery.status().at("/images/indexed").asLong() == count,
          () -> gallery.status().toPrettyString());
      List<String> ids = GalleryClient.ids(gallery.search(Pictures.png(0), 1000, ""));
      assertEquals(ids.size(), new HashSet<>(ids).size(), "an image is there twice");
      List<String> missing = new ArrayList<>();
      for (int seed : acknowledged) {
        if (!ids.contains(Writers.id(seed))) {
          missing.add(Writers.id(seed));
        }
      }
      assertEquals(List.of(), missing);
      assertEquals(count, ids.size());
    }
  }

  private static StandaloneProcess start(Path home) {
    return StandaloneProcess.start(home, "--model", TestModel.directory().toString());
  }

  private static void assertStopsInOrder(StandaloneProcess standalone) {
    int exitCode = standalone.stop();
    assertEquals(0, exitCode, standalone.process()::report);
    assertFalse(standalone.process().crashed(), "the JVM crashed");
    String errors = standalone.process().errors();
    assertFalse(errors.contains("ERROR"), errors);
  }

  /// An import: a few clients that put images one by one until the server is gone.
  private static final class Writers implements AutoCloseable {
    final GalleryClient gallery;
    final Set<Integer> acknowledged = java.util.concurrent.ConcurrentHashMap.newKeySet();

    private final ExecutorService executor = Executors.newFixedThreadPool(WRITERS);
    private final AtomicInteger next = new AtomicInteger();
    private final List<Future<?>> running = new ArrayList<>();

    Writers(StandaloneProcess standalone, int seedMax) {
      gallery = new GalleryClient(standalone.address());
      for (int i = 0; i < WRITERS; i++) {
        running.add(executor.submit(() -> write(seedMax)));
      }
    }

    static String id(int seed) {
      return "drawing-" + seed;
    }

    private void write(int seedMax) {
      for (int seed = next.getAndIncrement(); seed < seedMax; seed = next.getAndIncrement()) {
        gallery.put(id(seed), Pictures.png(seed));
        acknowledged.add(seed);
      }
    }

    /// Waits until all have noticed that the server is gone.
    Set<Integer> stop() throws InterruptedException {
      executor.shutdown();
      assertTrue(executor.awaitTermination(1, TimeUnit.MINUTES), "a writer still waits");
      return Set.copyOf(acknowledged);
    }

    @Override
    public void close() {
      executor.shutdownNow();
      gallery.close();
    }
  }
}
