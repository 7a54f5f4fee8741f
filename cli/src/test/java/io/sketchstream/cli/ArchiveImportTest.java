package io.sketchstream.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What `import` makes of archives that are not as `export` left them.
@Timeout(60)
final class ArchiveImportTest {
  private static final int RECORD_SIZE = 512;

  @TempDir private Path folder;
  private FakeServer server;
  private Path archive;

  @BeforeEach
  void export() throws IOException {
    server = new FakeServer();
    Path photo = folder.resolve("a_photo.png");
    ImageIO.write(new BufferedImage(60, 40, BufferedImage.TYPE_INT_RGB), "png", photo.toFile());
    assertEquals(0, run("import", photo.toString()).exitCode());
    var image = server.images.values().iterator().next();
    for (int i = 0; i < 250; i++) {
      server.images.put("z%04d".formatted(i), image);
    }
    server.labels.add("{\"labelId\":\"l1\",\"imageId\":\"z0007\",\"class\":\"boat\"}");
    archive = folder.resolve("gallery.tar");
    assertEquals(0, run("export", archive.toString()).exitCode());
    server.images.clear();
    server.labels.clear();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /// `tar -cf gallery.tar ./gallery` sorts or shuffles the entries, and some tools add files of
  /// their own.
  @Test
  void takesAnArchiveThatWasPackedAgain() throws IOException {
    Map<String, byte[]> entries = new TreeMap<>();
    try (var tar = new TarArchiveInputStream(Files.newInputStream(archive))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        entries.put("./gallery/" + entry.getName(), tar.readAllBytes());
      }
    }
    entries.put("./gallery/images/._z0007.jpg", new byte[] {1, 2, 3});
    entries.put("./gallery/readme.txt", new byte[] {1, 2, 3});
    try (var tar = new TarArchiveOutputStream(Files.newOutputStream(archive))) {
      tar.putArchiveEntry(new TarArchiveEntry("./gallery/"));
      tar.closeArchiveEntry();
      for (Map.Entry<String, byte[]> each : entries.entrySet()) {
        put(tar, each.getKey(), each.getValue());
      }
    }

    Ran ran = run("import", archive.toString());

    assertEquals(0, ran.exitCode(), ran.out() + ran.err());
    assertEquals(251, server.images.size());
    assertEquals(1, server.labels.size());
  }

  @Test
  void noticesThatAnArchiveWasCutOff() throws IOException {
    byte[] whole = Files.readAllBytes(archive);
    int end = endOfEntries(whole);
    // Within the labels, after the last entry, after the images.
    for (int length : new int[] {end - 10, end, end - 2 * RECORD_SIZE}) {
      Files.write(archive, Arrays.copyOf(whole, length));
      Ran ran = run("import", archive.toString());
      assertEquals(1, ran.exitCode(), ran.out() + ran.err());
      assertTrue(ran.out().contains("gallery.tar: can't be read"), ran.out());
    }
  }

  /// Zeros follow.
  private static int endOfEntries(byte[] tar) throws IOException {
    int end = tar.length;
    try (var bytes = new ByteArrayInputStream(tar)) {
      for (int at = 0; at < tar.length; at += RECORD_SIZE) {
        byte[] record = bytes.readNBytes(RECORD_SIZE);
        if (!Arrays.equals(record, new byte[RECORD_SIZE])) {
          end = at + RECORD_SIZE;
        }
      }
    }
    return end;
  }

  @Test
  void putsTheImagesOfAnArchiveIntoAGallery() {
    Ran ran =
        run("import", archive.toString(), "--gallery", "museum", "--tags", "new", "--no-wait");
    assertEquals(0, ran.exitCode(), ran.out() + ran.err());
    Map<String, String> attributes = server.images.get("z0007").query();
    assertEquals("museum", attributes.get("extra.gallery"));
    assertEquals("boat,red,new", attributes.get("tags"));
    assertEquals("a photo", attributes.get("title"));
  }

  @Test
  void takesAttributesThatWereEdited() throws IOException {
    byte[] jpeg = Files.readAllBytes(folder.resolve("a_photo.png"));
    tar("{\"imageId\":\"z1\",\"title\":null,\"tags\":null,\"extra\":null}", jpeg);
    Ran ran = run("import", archive.toString(), "--tags", "new", "--no-wait");
    assertEquals(0, ran.exitCode(), ran.out() + ran.err());
    assertEquals(Map.of("tags", "new"), server.images.get("z1").query());
    for (String line : List.of("7", "{\"id\":\"z1\"}", "{\"imageId\":\"z1\",\"tags\":\"a\"}")) {
      tar(line, jpeg);
      Ran refused = run("import", archive.toString());
      assertEquals(1, refused.exitCode());
      assertTrue(
          refused.out().contains("attributes-1.jsonl, line 1 does not hold attributes"),
          refused.out());
    }
  }

  @Test
  void namesAnImageThatIsNotInTheArchive() throws IOException {
    tar("{\"imageId\":\"z1\"}\n{\"imageId\":\"../z2\"}", new byte[0]);
    Ran ran = run("import", archive.toString());
    assertEquals(1, ran.exitCode());
    assertTrue(
        ran.out().contains("1 images that its attributes list are not in it, such as ../z2"),
        ran.out());
  }

  private void tar(String attributes, byte[] jpeg) throws IOException {
    try (var tar = new TarArchiveOutputStream(Files.newOutputStream(archive))) {
      put(tar, "attributes-1.jsonl", attributes.getBytes(UTF_8));
      put(tar, "images/z1.jpg", jpeg);
    }
  }

  private static void put(TarArchiveOutputStream tar, String name, byte[] content)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(content.length);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  @Test
  void exportsOnlyWhatImportTakesForAnArchive() {
    for (String name : List.of("gallery.zip", "gallery", "gallery.tar.gz")) {
      Path file = folder.resolve(name);
      Ran ran = run("export", file.toString());
      assertEquals(2, ran.exitCode(), ran.err());
      assertTrue(ran.err().contains(name + ": an archive's name ends with .tar"), ran.err());
    }
  }

  @Test
  void saysWhyAFileCannotBeUsed() {
    Path file = folder.resolve("none/gallery.tar");
    Ran ran = run("export", file.toString());
    assertEquals(1, ran.exitCode());
    assertEquals(
        "sketchstream: " + file + ": can't be written: no such file or folder", ran.err().strip());
    Ran labels = run("label", "--file", file.toString());
    assertEquals(
        "sketchstream: can't read " + file + ": no such file or folder", labels.err().strip());
    Ran backup = run("backup", archive.toString());
    assertEquals(1, backup.exitCode());
    assertTrue(backup.err().contains(archive + ": it exists already"), backup.err());
  }

  private Ran run(String... arguments) {
    return Ran.execute(Ran.with(arguments, "--server", server.address()));
  }
}
