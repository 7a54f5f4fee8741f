package io.sketchstream.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.testing.Await;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The disk fills up during an import: the process ends with one sentence and an exit code, and
/// loses nothing acknowledged once there is space again.
final class FullDiskTest {
  private static final Duration END_MAX = Duration.ofMinutes(2);
  private static final Duration SEARCHABLE_MAX = Duration.ofMinutes(2);
  private static final long DISK_SIZE = 400L << 20;
  private static final long LEFT_FREE = 24L << 20;
  private static final int IMAGES_MAX = 5000;

  @TempDir Path directory;

  private SmallDisk disk;

  @BeforeEach
  void mount() {
    Optional<SmallDisk> mounted = SmallDisk.mount(home(), DISK_SIZE);
    Assumptions.assumeTrue(mounted.isPresent(), "only root can mount a small disk");
    disk = mounted.get();
  }

  @AfterEach
  void unmount() {
    if (disk != null) {
      disk.close();
    }
  }

  @Test
  void reportsAFullDiskAndLosesNothing() throws Exception {
    List<String> acknowledged = new ArrayList<>();
    try (StandaloneProcess full = start();
        GalleryClient client = new GalleryClient(full.address())) {
      disk.fill(LEFT_FREE);
      putUntilItEnds(client, acknowledged);
      assertNotEquals(0, full.process().awaitExit(END_MAX), full.process()::report);
      List<String> said =
          full.process()
              .errors()
              .lines()
              .filter(line -> line.startsWith("sketchstream: "))
              .toList();
      assertEquals(1, said.size(), full.process()::report);
      assertTrue(said.getFirst().contains("is full"), full.process()::report);
    }
    disk.empty();
    try (StandaloneProcess again = start();
        GalleryClient client = new GalleryClient(again.address())) {
      for (String id : acknowledged) {
        assertEquals(200, client.image(id).statusCode(), id);
      }
      Await.until(
          "all that was acknowledged is searchable",
          SEARCHABLE_MAX,
          () -> client.status().path("images").path("indexed").asLong() >= acknowledged.size(),
          () -> acknowledged.size() + " acknowledged, now " + client.status());
    }
  }

  /// Puts images until the server refuses because it shuts down.
  private static void putUntilItEnds(GalleryClient client, List<String> acknowledged) {
    for (int i = 0; i < IMAGES_MAX; i++) {
      String id = "image-" + i;
      try {
        client.put(id, Pictures.noise(i));
      } catch (AssertionError | UncheckedIOException e) {
        return;
      }
      acknowledged.add(id);
    }
    throw new AssertionError("the disk did not fill up");
  }

  private StandaloneProcess start() {
    return StandaloneProcess.start(home(), "--model", TestModel.directory().toString());
  }

  private Path home() {
    return directory.resolve("home");
  }
}
