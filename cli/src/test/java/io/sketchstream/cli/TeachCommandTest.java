package io.sketchstream.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
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
final class TeachCommandTest {
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
  void distinguishesDrawingsFromPhotosAndTeachesBoth() throws IOException {
    photo("cat/1.png", Color.ORANGE);
    photo("cat/2.png", Color.PINK);
    drawing("cat/drawn.png");
    photo("dog/1.png", Color.GREEN);
    Files.writeString(folder.resolve("dog/drawn.ndjson"), "{\"drawing\":[[[1,2],[3,4]]]}\n");
    Files.writeString(folder.resolve("dog/notes.txt"), "about dogs");

    Ran ran = teach();

    assertEquals(0, ran.exitCode(), ran.err());
    assertTrue(ran.out().contains(row("cat", 2, 1)), ran.out());
    assertTrue(ran.out().contains(row("dog", 1, 1)), ran.out());
    assertTrue(ran.out().contains("notes.txt: "), ran.out());
    assertEquals(3, server.images.size());
    assertEquals(5, server.labels.size());
    for (String id : server.images.keySet()) {
      assertEquals(1, server.labels.stream().filter(l -> l.contains(id)).count(), id);
    }
    assertTrue(ran.out().contains("5 labels accepted, 0 rejected"), ran.out());
    assertEquals(1, server.posts.stream().filter(p -> p.startsWith("/v1/training/runs")).count());
    assertTrue(ran.out().contains("run-1 is NOT_BETTER"), ran.out());
    assertTrue(ran.out().endsWith("# Generation g2\n"), ran.out());
  }

  @Test
  void trustsFoldersNamedPhotosAndSketches() throws IOException {
    drawing("photos/cat/white.png");
    photo("sketches/cat/colourful.png", Color.RED);

    Ran ran = teach("--dry-run");

    assertEquals(0, ran.exitCode(), ran.err());
    assertTrue(ran.out().contains(row("cat", 1, 1)), ran.out());
    assertTrue(server.labels.isEmpty());
  }

  @Test
  void refusesAFlatFolder() throws IOException {
    photo("1.png", Color.RED);

    Ran ran = teach();

    assertEquals(1, ran.exitCode());
    assertTrue(ran.err().contains("a folder for each class"), ran.err());
    assertTrue(server.posts.isEmpty());
  }

  @Test
  void saysBeforeItSendsAnythingThatClassesAreMissing() throws IOException {
    photo("cat/1.png", Color.ORANGE);

    Ran dry = teach("--dry-run");
    Ran ran = teach();

    String reason =
        "training needs 2 classes with at least 1 photos each; there are 1, with those labelled before";
    assertEquals(0, dry.exitCode(), dry.err());
    assertTrue(dry.out().contains(reason), dry.out());
    assertEquals(1, ran.exitCode());
    assertTrue(ran.err().contains(reason), ran.err());
    assertTrue(server.images.isEmpty());
    assertTrue(server.labels.isEmpty());
  }

  private Ran teach(String... more) {
    String[] arguments = {"teach", folder.toString(), "--server", server.address()};
    return Ran.execute(Ran.with(arguments, more));
  }

  private static String row(String name, int photos, int drawings) {
    return "%-24s %9d %9d".formatted(name, photos, drawings);
  }

  private void photo(String name, Color colour) throws IOException {
    BufferedImage image = new BufferedImage(120, 90, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setPaint(new GradientPaint(0, 0, colour, 120, 90, Color.BLUE));
    g.fillRect(0, 0, 120, 90);
    g.dispose();
    write(name, image);
  }

  private void drawing(String name) throws IOException {
    BufferedImage image = new BufferedImage(200, 200, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, 200, 200);
    g.setColor(Color.BLACK);
    g.setStroke(new BasicStroke(4));
    g.drawOval(40, 40, 120, 120);
    g.dispose();
    write(name, image);
  }

  private void write(String name, BufferedImage image) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    ImageIO.write(image, "png", file.toFile());
  }
}
