package io.sketchstream.ingest.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.broker.EmbeddedBroker;
import io.sketchstream.events.ImageAttributes;
import io.sketchstream.events.Sha256;
import io.sketchstream.ingest.TestImages;
import io.sketchstream.ingest.gallery.GalleryEntry;
import io.sketchstream.ingest.gallery.ImageIds;
import io.sketchstream.ingest.gallery.TestGallery;
import io.sketchstream.testing.Await;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FolderWatchTest {
  private static final Duration SETTLE = Duration.ofMillis(30);
  private static final Duration SCAN_OFTEN = Duration.ofMillis(100);
  private static final Duration SCAN_ONCE = Duration.ofHours(1);

  @TempDir static Path home;
  static EmbeddedBroker broker;
  static TestGallery gallery;

  @TempDir Path folder;

  @BeforeAll
  static void open() throws Exception {
    broker = EmbeddedBroker.start(home.resolve("kafka"));
    gallery = TestGallery.open(broker, home.resolve("state"));
  }

  @AfterAll
  static void close() {
    gallery.close();
    broker.close();
  }

  @Test
  void followsNewChangedAndDeletedFilesByTheirEvents() throws Exception {
    Path file = folder.resolve("new/deep/cat.png");
    try (FolderWatch _ = watch(SCAN_ONCE)) {
      Path first = write(folder.resolve("first.png"), TestImages.png(1));
      Await.until("first is in", () -> entry(first).isPresent());
      Files.createDirectories(file.getParent());
      write(file, TestImages.png(2));
      Await.until("a file in a new directory is in", () -> holds(file, TestImages.png(2)));
      assertEquals(ImageIds.uriOf(file), entry(file).orElseThrow().uri());
      write(file, TestImages.png(3));
      Await.until("the change is in", () -> holds(file, TestImages.png(3)));
      Files.delete(file);
      Await.until("the deleted file is out", () -> entry(file).isEmpty());
      assertTrue(entry(first).isPresent());
    }
  }

  @Test
  void keepsAttributesThatWereChanged() throws Exception {
    Path file = write(folder.resolve("tagged.png"), TestImages.png(21));
    String id = ImageIds.ofFile(ImageIds.uriOf(file));
    try (FolderWatch _ = watch(SCAN_OFTEN)) {
      Await.until("it is in", () -> entry(file).isPresent());
    }
    assertTrue(gallery.change(id, before -> before.toBuilder().addTags("mine").build()));
    String position = entry(file).orElseThrow().position();
    Path other = write(folder.resolve("other.png"), TestImages.png(22));
    try (FolderWatch _ = watch(SCAN_OFTEN)) {
      Await.until("another is in", () -> entry(other).isPresent());
      assertEquals(position, entry(file).orElseThrow().position(), "the same file is left alone");
      write(file, TestImages.png(23));
      Await.until("the change is in", () -> holds(file, TestImages.png(23)));
    }
    ImageAttributes attributes = gallery.gallery().read(id).orElseThrow().image().getAttributes();
    assertEquals(List.of("mine"), attributes.getTagsList());
    assertEquals("tagged.png", attributes.getTitle());
  }

  @Test
  void findsChangesMadeWhileItWasDown() throws Exception {
    Path gone = write(folder.resolve("gone.png"), TestImages.png(1));
    Path changed = write(folder.resolve("changed.png"), TestImages.png(2));
    Path same = write(folder.resolve("same.png"), TestImages.png(3));
    gallery.put("uploaded-by-hand", TestImages.png(4));
    String position;
    try (FolderWatch _ = watch(SCAN_OFTEN)) {
      Await.until("all are in", () -> allIn(gone, changed, same));
      position = entry(same).orElseThrow().position();
    }
    Files.delete(gone);
    write(changed, TestImages.png(5));
    try (FolderWatch _ = watch(SCAN_OFTEN)) {
      Await.until("gone is out", () -> entry(gone).isEmpty());
      Await.until("changed is in", () -> holds(changed, TestImages.png(5)));
      assertEquals(position, entry(same).orElseThrow().position(), "nothing was written");
      assertTrue(gallery.gallery().find("uploaded-by-hand").isPresent());
    }
  }

  @Test
  void waitsForAFileThatIsStillBeingWritten() throws Exception {
    byte[] whole = TestImages.jpeg(6);
    Path file = folder.resolve("slow.jpg");
    try (FolderWatch _ = watch(SCAN_OFTEN)) {
      try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
        for (int from = 0; from < whole.length; from += 400) {
          out.write(whole, from, Math.min(400, whole.length - from));
          out.flush();
        }
      }
      Await.until("the whole file is in", () -> holds(file, whole));
    }
  }

  @Test
  void skipsAFileUntilItIsAnImage() throws Exception {
    Path file = write(folder.resolve("later.png"), TestImages.png(7));
    Path marker = folder.resolve("marker.png");
    try (FolderWatch _ = watch(SCAN_OFTEN)) {
      Await.until("in", () -> entry(file).isPresent());
      write(file, "no image".getBytes(java.nio.charset.StandardCharsets.UTF_8));
      Await.until("what is broken now is out", () -> entry(file).isEmpty());
      write(folder.resolve(".hidden.png"), TestImages.png(8));
      write(marker, TestImages.png(9));
      Await.until("others go on", () -> entry(marker).isPresent());
      assertEquals(Optional.empty(), entry(folder.resolve(".hidden.png")));
      write(file, TestImages.png(10));
      Await.until("mended", () -> holds(file, TestImages.png(10)));
    }
  }

  @Test
  void keepsTheImagesOfAMissingDirectory() throws Exception {
    Path root = Files.createDirectories(folder.resolve("disk"));
    Path file = write(root.resolve("cat.png"), TestImages.png(11));
    Path marker = folder.resolve("other/marker.png");
    try (FolderWatch _ = watch(SCAN_OFTEN, root)) {
      Await.until("in", () -> entry(file).isPresent());
    }
    Files.move(root, folder.resolve("unmounted"));
    Files.createDirectories(marker.getParent());
    write(marker, TestImages.png(12));
    try (FolderWatch _ = watch(SCAN_OFTEN, root, marker.getParent())) {
      Await.until("watching", () -> entry(marker).isPresent());
      Files.delete(marker);
      Await.until("scanned again", () -> entry(marker).isEmpty());
      assertTrue(entry(file).isPresent());
    }
  }

  /// Without its disk, a mount point is an empty directory.
  @Test
  void keepsTheImagesOfADirectoryThatIsEmpty() throws Exception {
    Path root = Files.createDirectories(folder.resolve("mounted"));
    Path file = write(root.resolve("cat.png"), TestImages.png(21));
    Path marker = folder.resolve("beside/marker.png");
    try (FolderWatch _ = watch(SCAN_OFTEN, root)) {
      Await.until("in", () -> entry(file).isPresent());
    }
    Files.move(root, folder.resolve("not mounted"));
    Files.createDirectories(root);
    Files.createDirectories(marker.getParent());
    write(marker, TestImages.png(22));
    Path other = write(marker.resolveSibling("other.png"), TestImages.png(23));
    try (FolderWatch _ = watch(SCAN_OFTEN, root, marker.getParent())) {
      Await.until("watching", () -> entry(marker).isPresent() && entry(other).isPresent());
      Files.delete(marker);
      Await.until("scanned again", () -> entry(marker).isEmpty());
      assertTrue(entry(file).isPresent());
    }
  }

  /// Such as below a directory that may be listed only, or a network disk that answers late. Here
  /// it is a link to itself.
  @Test
  void keepsTheImageOfAFileThatTheDiskDoesNotTellOf() throws Exception {
    Path file = write(folder.resolve("cat.png"), TestImages.png(31));
    Path gone = write(folder.resolve("gone.png"), TestImages.png(32));
    try (FolderWatch _ = watch(SCAN_OFTEN)) {
      Await.until("both are in", () -> allIn(file, gone));
      Path link = Files.createSymbolicLink(folder.resolve(".link"), file);
      Files.move(link, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
      Files.delete(gone);
      Await.until("the deleted one is out", () -> entry(gone).isEmpty());
      Path marker = write(folder.resolve("marker.png"), TestImages.png(33));
      Await.until("scanned again", () -> entry(marker).isPresent());
      assertTrue(entry(file).isPresent());
    }
  }

  @Test
  void removesTheImagesOfADirectoryThatIsAFileNow() throws Exception {
    Path file = folder.resolve("album/cat.png");
    Files.createDirectories(file.getParent());
    write(file, TestImages.png(34));
    try (FolderWatch _ = watch(SCAN_OFTEN)) {
      Await.until("it is in", () -> entry(file).isPresent());
      Files.move(file.getParent(), home.resolve("album"));
      write(folder.resolve("album"), TestImages.png(35));
      Await.until("it is out", () -> entry(file).isEmpty());
    }
  }

  private FolderWatch watch(Duration scanInterval, Path... roots) {
    FolderWatch watch =
        new FolderWatch(
            new FolderWatch.Settings(
                roots.length == 0 ? List.of(folder) : List.of(roots), scanInterval, SETTLE),
            gallery.intake(),
            gallery.gallery(),
            gallery.workers(),
            new SimpleMeterRegistry());
    watch.start();
    return watch;
  }

  private static Path write(Path file, byte[] content) throws Exception {
    return Files.write(file, content);
  }

  private static boolean allIn(Path... files) {
    return Arrays.stream(files).allMatch(file -> entry(file).isPresent());
  }

  private static Optional<GalleryEntry> entry(Path file) {
    return gallery.gallery().find(ImageIds.ofFile(ImageIds.uriOf(file)));
  }

  private static boolean holds(Path file, byte[] content) {
    byte[] wanted = Sha256.of(content);
    return entry(file)
        .filter(entry -> Arrays.equals(wanted, entry.fingerprint().content().toByteArray()))
        .isPresent();
  }
}
