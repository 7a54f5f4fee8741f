package io.sketchstream.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class LabelCommandTest {
  @TempDir private Path folder;
  private FakeServer server;

  @BeforeEach
  void start() throws IOException {
    server = new FakeServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void labelsTheHitsOfASearch() throws IOException {
    photo("gallery/a.png");
    assertEquals(0, run("import", folder.resolve("gallery").toString(), "--no-wait").exitCode());
    Path sketch = folder.resolve("sketch.json");
    Files.writeString(sketch, "[[[1,2],[3,4]]]");
    Ran ran =
        run(
            "label",
            "--feedback",
            sketch.toString(),
            "--class",
            "house",
            "--right",
            "1",
            "--by",
            "ann");
    assertEquals(0, ran.exitCode(), ran.err());
    assertTrue(ran.out().contains("2 labels accepted"), ran.out());
    assertTrue(server.labels.stream().anyMatch(l -> l.contains("\"strokes\":[[[1,2],[3,4]]]")));
    assertTrue(
        server.labels.stream()
            .anyMatch(l -> l.contains("imageId") && l.contains("\"class\":\"house\"")));
    assertEquals(
        2,
        run("label", "--feedback", sketch.toString(), "--class", "x", "--right", "999").exitCode());
    assertEquals(2, run("label").exitCode());
    Ran list = run("label", "--list");
    assertTrue(list.out().contains("cat"), list.out());
    assertTrue(list.out().contains("7 labels of 1 classes"), list.out());
  }

  @Test
  void labelsFoldersAndFiles() throws IOException {
    photo("classes/cat/1.png");
    Files.createDirectories(folder.resolve("classes/dog"));
    Files.writeString(
        folder.resolve("classes/dog/drawn.ndjson"), "{\"drawing\":[[[1,2],[3,4]]]}\n");
    Path lines = folder.resolve("labels.jsonl");
    Files.writeString(
        lines, "{\"imageId\":\"a\",\"class\":\"cat\"}\n{\"imageId\":\"b\"}\n".repeat(2));

    Ran folders = run("label", folder.resolve("classes").toString());

    assertEquals("2 labels accepted, 0 rejected", folders.out().strip(), folders.err());
    assertTrue(server.labels.stream().anyMatch(l -> l.contains("\"strokes\":[[[1,2],[3,4]]]")));

    Ran file = run("label", "--file", lines.toString());

    assertEquals(1, file.exitCode());
    assertEquals("2 labels accepted, 2 rejected", file.out().strip());
    assertTrue(file.err().contains("line 2: class is missing"), file.err());
    assertTrue(file.err().contains("line 4: class is missing"), file.err());
  }

  @Test
  void undoesLabelsByTheSameCommand() throws IOException {
    Path cats = Files.createDirectories(folder.resolve("classes/cat"));
    Files.writeString(cats.resolve("one.json"), "{\"drawing\":[[[1,2],[3,4]]]}\n");
    Files.writeString(cats.resolve("two.ndjson"), "[[[5,6],[7,8]]]\n\n");
    Path lines = folder.resolve("labels.jsonl");
    Files.writeString(lines, "{\"imageId\":\"a\",\"class\":\"cat\"}\n");

    Ran undone = run("label", folder.resolve("classes").toString(), "--undo");

    assertEquals("2 labels withdrawn, 0 rejected", undone.out().strip(), undone.err());
    assertTrue(
        server.labels.stream()
            .allMatch(l -> l.contains("\"withdrawn\":true") && l.contains("\"class\":\"cat\"")));
    assertTrue(server.labels.stream().anyMatch(l -> l.contains("[[[5,6],[7,8]]]")));

    Ran file = run("label", "--file", lines.toString(), "--undo");

    assertTrue(server.labels.getLast().contains("\"imageId\":\"a\""), file.err());
    assertTrue(server.labels.getLast().contains("\"withdrawn\":true"), file.err());
  }

  @Test
  void refusesPhotosAmongSketchesAndFilesOutsideClasses() throws IOException {
    photo("classes/cat/photo.png");

    Ran labelled = run("label", folder.resolve("classes").toString());

    assertTrue(labelled.err().contains("1 files look like photos"), labelled.err());
    assertTrue(labelled.err().contains("--images"), labelled.err());

    Ran flat = run("label", folder.resolve("classes/cat").toString());

    assertEquals(1, flat.exitCode());
    assertTrue(flat.err().contains("is not in the folder of a class"), flat.err());
  }

  private Ran run(String... arguments) {
    return Ran.execute(Ran.with(arguments, "--server", server.address()));
  }

  /// Of many colours.
  private void photo(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_3BYTE_BGR);
    for (int i = 0; i < 32 * 32; i++) {
      image.setRGB(i % 32, i / 32, i * 0x10503);
    }
    ImageIO.write(image, "png", file.toFile());
  }
}
