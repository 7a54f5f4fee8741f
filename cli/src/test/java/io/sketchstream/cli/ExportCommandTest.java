package io.sketchstream.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What `export` writes, and that `import` takes it.
@Timeout(60)
final class ExportCommandTest {
  @TempDir private Path folder;
  private FakeServer server;

  @BeforeEach
  void start() throws IOException {
    server = new FakeServer();
    Path photo = folder.resolve("a_photo.png");
    ImageIO.write(new BufferedImage(60, 40, BufferedImage.TYPE_INT_RGB), "png", photo.toFile());
    assertEquals(0, run("import", photo.toString()).exitCode());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void exportsImagesForImport() throws IOException {
    var image = server.images.get(id());
    for (int i = 0; i < 450; i++) {
      server.images.put("z%04d".formatted(i), image);
    }
    String label =
        "{\"labelId\":\"l1\",\"imageId\":\"z0007\",\"class\":\"boat\",\"labelledBy\":\"me\"}";
    server.labels.add(label);
    String sketch = "{\"labelId\":\"l3\",\"sketch\":\"cG5n\",\"class\":\"boat\"}";
    server.labels.add("{\"labelId\":\"l2\",\"imageId\":\"elsewhere\",\"class\":\"car\"}");
    server.labels.add(sketch);
    Path archive = folder.resolve("gallery.tar");

    Ran ran = run("export", archive.toString());

    assertEquals(0, ran.exitCode(), ran.err());
    assertEquals(archive + ": 451 images, 2 labels", ran.out().strip());
    assertFalse(Files.exists(folder.resolve("gallery.tar.part")));
    assertFalse(Files.exists(folder.resolve("gallery.tar.labels.part")));
    assertEquals(List.of(), vectorFiles(archive));
    server.images.clear();
    server.labels.clear();
    Ran back = run("import", archive.toString());
    assertEquals(0, back.exitCode(), back.out() + back.err());
    assertEquals(451, server.images.size());
    assertArrayEquals(image.jpeg(), server.images.get("z0007").file());
    assertEquals("a photo", server.images.get("z0007").query().get("title"));
    assertEquals("boat,red", server.images.get("z0007").query().get("tags"));
    assertEquals(List.of(label, sketch), server.labels);
  }

  @Test
  void exportsNoSketchesWithAFilter() {
    String label = "{\"labelId\":\"l1\",\"imageId\":\"%s\",\"class\":\"boat\"}".formatted(id());
    server.labels.add(label);
    server.labels.add("{\"labelId\":\"l2\",\"sketch\":\"cG5n\",\"class\":\"boat\"}");
    String archive = folder.resolve("boats.tar").toString();
    Ran ran = run("export", "--filter", "tag:boat", archive);
    assertEquals(archive + ": 1 images, 1 labels", ran.out().strip(), ran.err());
  }

  @Test
  void exportsTheVectorsOfOneGeneration() throws IOException {
    var image = server.images.get(id());
    for (int i = 0; i < 250; i++) {
      server.images.put("z%04d".formatted(i), image);
    }
    Path archive = folder.resolve("vectors.tar");

    Ran ran = run("export", "--vectors", archive.toString());

    assertEquals(0, ran.exitCode(), ran.err());
    List<String> files = vectorFiles(archive);
    assertEquals(2, files.size(), "pages");
    List<String> second = files.getLast().lines().toList();
    assertEquals("{\"generation\":\"g1\",\"dimension\":2}", second.getFirst());
    assertEquals("{\"imageId\":\"z0249\",\"vector\":[0.6,0.8]}", second.getLast());
    assertEquals(251, files.stream().mapToLong(file -> file.lines().count() - 1).sum());
    assertEquals(0, run("import", archive.toString()).exitCode());

    Ran mixed = run("export", "--vectors", "--text", "other", archive.toString());
    assertEquals(1, mixed.exitCode());
    assertTrue(
        mixed.err().contains("another model became active meanwhile (g2, before g1)"), mixed.err());
    assertFalse(Files.exists(folder.resolve("vectors.tar.part")));
  }

  private static List<String> vectorFiles(Path archive) throws IOException {
    List<String> files = new ArrayList<>();
    try (TarArchiveInputStream tar = new TarArchiveInputStream(Files.newInputStream(archive))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (entry.getName().startsWith("vectors-")) {
          files.add(new String(tar.readAllBytes(), UTF_8));
        } else if (entry.getName().startsWith("attributes-")) {
          assertFalse(new String(tar.readAllBytes(), UTF_8).contains("vector"));
        }
      }
    }
    return files;
  }

  @Test
  void refusesAnArchiveThatIsNoExport() throws IOException {
    Path archive = Files.writeString(folder.resolve("other.tar"), "not a tar file at all");
    Ran ran = run("import", archive.toString());
    assertEquals(1, ran.exitCode());
    assertTrue(ran.out().contains("other.tar: can't be read"), ran.out());
  }

  @Test
  void sendsLongAttributesAfterTheImage() throws IOException {
    byte[] jpeg = server.images.get(id()).jpeg();
    Path archive = folder.resolve("long.tar");
    String json =
        "{\"imageId\":\"long\",\"title\":\"%s\",\"tags\":[]}".formatted("x".repeat(3_500));
    try (var writer = new GalleryArchive.Writer(Files.newOutputStream(archive))) {
      assertEquals(
          1, writer.add(List.of(new GalleryArchive.Entry(Server.JSON.readTree(json), jpeg))));
    }

    Ran ran = run("import", archive.toString(), "--no-wait");

    assertEquals(0, ran.exitCode(), ran.out() + ran.err());
    assertTrue(server.images.containsKey("long"));
    assertTrue(server.posts.getLast().startsWith("PATCH long {\"title\":\"xxx"));
  }

  private String id() {
    return server.images.keySet().iterator().next();
  }

  private Ran run(String... arguments) {
    return Ran.execute(Ran.with(arguments, "--server", server.address()));
  }
}
