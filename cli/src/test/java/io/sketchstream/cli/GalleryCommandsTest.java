package io.sketchstream.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
final class GalleryCommandsTest {
  @TempDir private Path folder;
  private FakeServer server;

  @BeforeEach
  void start() throws IOException {
    server = new FakeServer();
    Path gallery = Files.createDirectory(folder.resolve("gallery"));
    ImageIO.write(
        new BufferedImage(60, 40, BufferedImage.TYPE_INT_RGB),
        "png",
        gallery.resolve("a_photo.png").toFile());
    assertEquals(0, run("import", gallery.toString()).exitCode());
    server.searches.clear();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void savesAnImage() throws IOException {
    String id = id();
    Path file = folder.resolve("saved.jpg");

    Ran ran = run("get", id, "-o", file.toString());

    assertEquals(0, ran.exitCode(), ran.err());
    assertArrayEquals(server.images.get(id).jpeg(), Files.readAllBytes(file));
    Ran absent = run("get", "nosuch", "-o", file.toString());
    assertEquals(1, absent.exitCode());
    assertEquals("sketchstream: no such image", absent.err().strip());
  }

  @Test
  void deletesImagesAndWaitsUntilTheyAreInvisible() throws IOException {
    String id = id();

    Ran ran = run("delete", id);

    assertEquals(0, ran.exitCode(), ran.err());
    assertEquals("removed  " + id, ran.out().strip());
    assertTrue(server.images.isEmpty());
    assertEquals("1:7", server.searches.getLast().get("after"));
    Ran again = run("delete", id, "--no-wait");
    assertEquals(1, again.exitCode());
    assertEquals("not in the gallery  " + id, again.out().strip());
  }

  @Test
  void findsSimilarImagesAndPrintsFullIdsOnRequest() {
    Ran ran = run("similar", id(), "-k", "3");
    assertEquals(0, ran.exitCode(), ran.err());
    assertTrue(ran.out().contains("a photo") && !ran.out().contains(id()), ran.out());

    assertTrue(run("similar", id(), "--full-ids").out().contains(id()));
    assertTrue(run("similar", id(), "--json").out().startsWith("{\"queryId\""));
    assertEquals(2, run("similar", id(), "-k", "0").exitCode());
  }

  @Test
  void listsTheGalleryPageByPage() {
    var image = server.images.get(id());
    for (int i = 0; i < 1_500; i++) {
      server.images.put("z%04d".formatted(i), image);
    }
    server.searches.clear();

    Ran ran = run("list", "--all", "--text", "red boat", "--filter", "tag:boat");

    assertEquals(0, ran.exitCode(), ran.err());
    List<String> lines = ran.out().lines().toList();
    assertEquals(1_503, lines.size());
    assertTrue(
        lines.get(2).startsWith("z0000             2026-01-31T08:00:00Z  a photo"), lines.get(2));
    assertTrue(lines.get(2).endsWith("boat, red"), lines.get(2));
    assertEquals("1501 of 1501 images", lines.getLast());
    assertEquals(2, server.searches.size(), "pages");
    assertEquals("red boat", server.searches.getLast().get("text"));
    assertEquals("tag:boat", server.searches.getLast().get("filter"));

    assertEquals("3 of 1501 images", run("list", "-n", "3").out().lines().toList().getLast());
    List<String> json = run("list", "-n", "2", "--json").out().lines().toList();
    assertEquals(2, json.size());
    assertTrue(json.getFirst().startsWith("{\"imageId\""), json::toString);
    assertTrue(run("list", "--tags").out().contains("       3  boat"));
    assertEquals(2, run("list", "-n", "0").exitCode());
  }

  @Test
  void deletesByFilterOnlyWhenConfirmed() {
    Ran asked = run("delete", "--filter", "tag:boat");
    assertEquals(0, asked.exitCode(), asked.err());
    assertEquals("1 images match; --yes removes them", asked.out().strip());
    assertEquals(1, server.images.size());
    Ran told = run("delete", "--filter", "tag:boat", "--yes", "--no-wait");
    assertEquals(0, told.exitCode(), told.err());
    assertEquals("tag:boat: 1 images removed", told.out().strip());
    assertTrue(server.images.isEmpty());
    assertEquals("tag:boat", server.searches.getLast().get("filter"));
    assertEquals(2, run("delete").exitCode());
    assertEquals(2, run("delete", "x", "--filter", "tag:boat").exitCode());
  }

  @Test
  void statusShowsWhereKafkaIs() {
    assertTrue(run("status").out().contains("kafka    127.0.0.1:20123"), run("status").out());
  }

  @Test
  void printsTheAddressOfThePage() {
    Ran ran = run("open", "--print");
    assertEquals(0, ran.exitCode(), ran.err());
    assertEquals(server.address(), ran.out().strip());
  }

  @Test
  void suggestsSimilarNamesWithoutTheHelp() {
    for (String[] wrong : new String[][] {{"serch", "x.png"}, {"status", "--jsn"}}) {
      Ran ran = Ran.execute(wrong);
      assertEquals(2, ran.exitCode());
      assertEquals(3, ran.err().lines().count(), ran.err());
      assertTrue(
          ran.err().contains("Did you mean: " + (wrong[0].equals("serch") ? "search" : "--json")),
          ran.err());
    }
    assertEquals(
        "See: sketchstream status --help",
        Ran.execute("status", "x").err().lines().toList().getLast());
  }

  @Test
  void completesCommandsAndOptions() {
    String script = Ran.execute("completion").out();
    assertTrue(script.contains("complete -F") && script.contains("--concurrency"), script);
    String up = script.substring(script.indexOf("function _picocli_sketchstream_up()"));
    for (String option : List.of("--home", "--model", "--watch", "--config")) {
      String values = up.substring(up.indexOf("\n    '" + option + "')"));
      assertTrue(values.substring(0, values.indexOf(";;")).contains("compgen -f"), option);
    }
  }

  @Test
  void namesFaultsInDoctor() {
    Ran healthy = run("doctor", "--home", folder.toString());
    assertTrue(healthy.out().contains("ok    java"), healthy.out());
    assertTrue(healthy.out().contains("is ready"), healthy.out());

    server.close();
    Ran ran = run("doctor", "--home", folder.toString());
    assertEquals(1, ran.exitCode());
    assertTrue(ran.out().contains("WRONG server"), ran.out());
    assertTrue(ran.out().contains("sketchstream up"), ran.out());
  }

  @Test
  void fitsTheProgressLineToTheTerminal() {
    StringWriter shown = new StringWriter();
    ProgressLine line = new ProgressLine(new PrintWriter(shown), true, 20);
    line.clear();
    line.show("importing a great number of files");
    String last = shown.toString().substring(shown.toString().lastIndexOf('K') + 1);
    assertEquals("importing a great nu", last);
    assertFalse(last.length() > 20);
  }

  private String id() {
    return server.images.keySet().iterator().next();
  }

  private Ran run(String... arguments) {
    return Ran.execute(Ran.with(arguments, "--server", server.address()));
  }
}
