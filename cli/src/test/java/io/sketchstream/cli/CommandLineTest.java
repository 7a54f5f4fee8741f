package io.sketchstream.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

@Timeout(60)
class CommandLineTest {
  @TempDir private Path folder;
  private FakeServer server;

  /// What a command did.
  private record Ran(int exitCode, String out, String err) {}

  @BeforeEach
  void start() throws IOException {
    server = new FakeServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void importsFoldersAndNamesWhatWasRejected() throws IOException {
    image("a.png", 1);
    image("sub/b_cat.jpg", 2);
    image("sub/.hidden/c.png", 3);
    Files.writeString(folder.resolve("broken.jpg"), "not an image");
    Files.writeString(folder.resolve("notes.txt"), "to be left out");
    Files.createFile(folder.resolve("empty.png"));

    Ran ran = run("import", folder.toString(), "--tags", "x,y");

    assertEquals(0, ran.exitCode, ran.err);
    assertEquals(2, server.images.size());
    assertTrue(
        ran.out.contains("rejected  " + folder.resolve("broken.jpg") + ": this is no image"));
    assertTrue(ran.out.contains("empty.png: the file is empty (0 bytes)"), ran.out);
    assertTrue(
        ran.out.contains("4 files")
            && ran.out.contains("2 accepted, 0 unchanged, 2 rejected; 1 other files left out"),
        ran.out);
    Map<String, String> query =
        server.images.values().stream()
            .map(FakeServer.Stored::query)
            .filter(q -> q.get("title").equals("b cat"))
            .findFirst()
            .orElseThrow();
    assertEquals("x,y", query.get("tags"));
    assertTrue(query.get("uri").startsWith("file:///") && query.get("uri").endsWith("/b_cat.jpg"));
    assertTrue(server.images.keySet().stream().allMatch(id -> id.matches("[0-9a-f]{64}")));
  }

  @Test
  void importingAgainChangesNothing() throws IOException {
    image("a.png", 1);
    image("b.png", 2);
    run("import", folder.toString());

    Ran again = run("import", folder.toString());

    assertEquals(0, again.exitCode);
    assertTrue(again.out.contains("0 accepted, 2 unchanged, 0 rejected"), again.out);
  }

  @Test
  void boundsTheRequestsInFlightAndWaitsForABusyServer() throws IOException {
    for (int i = 0; i < 40; i++) {
      image("i" + i + ".png", i);
    }
    server.busy.set(15);

    Ran ran = run("import", folder.toString(), "--concurrency", "3");

    assertEquals(0, ran.exitCode, ran.out + ran.err);
    assertEquals(40, server.images.size());
    assertTrue(server.inFlightMax.get() <= 3, server.inFlightMax + " at once");
  }

  @Test
  void waitsUntilTheImagesCanBeFound() throws IOException {
    image("a.png", 1);
    image("b.png", 2);
    server.notYetVisible.set(2);

    assertEquals(0, run("import", folder.toString()).exitCode);

    assertEquals(3, server.searches.size());
    assertEquals("0:1", server.searches.getLast().get("after"));

    server.searches.clear();
    assertEquals(0, run("import", "--no-wait", folder.toString()).exitCode);
    assertTrue(server.searches.isEmpty());
  }

  @Test
  void saysHowToStartAServerWhenThereIsNone() throws IOException {
    image("a.png", 1);
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    for (String[] arguments :
        new String[][] {{"import", folder.toString()}, {"status"}, {"models"}, {"demo"}}) {
      Ran ran = execute(with(arguments, "--server", "http://127.0.0.1:" + port));

      assertEquals(3, ran.exitCode);
      assertEquals(
          "sketchstream: no server answers at http://127.0.0.1:"
              + port
              + "; start one with './sketchstream up', or name it with --server",
          ran.err.strip());
    }
  }

  @Test
  void printsHitsAndDrawsASheet() throws IOException {
    image("red_thing.png", 1);
    image("blue.png", 2);
    run("import", folder.toString());
    Path sketch = folder.resolve("sketch.json");
    Files.writeString(sketch, "[[[0,100,100,0,0],[0,0,100,100,0]]]");
    Path sheet = folder.resolve("out/sheet.png");

    Ran ran =
        run("search", sketch.toString(), "-k", "5", "--text", "a b&c", "--sheet", sheet.toString());

    assertEquals(0, ran.exitCode, ran.err);
    assertTrue(ran.out.contains("red thing"), ran.out);
    assertTrue(ran.out.contains("2 hits in 12 ms, generation g1 (only 1 of 2 shards answered)"));
    assertEquals("a b&c", server.searches.getLast().get("text"));
    assertEquals("application/json", server.searches.getLast().get("type"));
    BufferedImage drawn = ImageIO.read(sheet.toFile());
    assertTrue(drawn.getWidth() > 500 && drawn.getHeight() > 200);
  }

  @Test
  void takesEveryKindOfSketch() throws IOException {
    Path ndjson = folder.resolve("cat.ndjson");
    Files.writeString(
        ndjson,
        """
        {"word":"cat","drawing":[[[1,2],[3,4]]]}
        {"word":"cat","drawing":[[[5,6],[7,8]]]}
        """);
    Path png = image("sketch.png", 5);

    assertEquals(0, run("search", ndjson.toString()).exitCode);
    assertEquals(
        "{\"word\":\"cat\",\"drawing\":[[[1,2],[3,4]]]}", server.searches.getLast().get("body"));
    assertEquals(0, run("search", png.toString()).exitCode);
    assertEquals("application/octet-stream", server.searches.getLast().get("type"));
  }

  @Test
  void tellsWhatIsWrongInOneLine() throws IOException {
    Path bad = folder.resolve("bad.json");
    Files.writeString(bad, "[[[1,2],[3]]]");
    Path good = folder.resolve("good.json");
    Files.writeString(good, "[[[1,2],[3,4]]]");

    assertFailure("sketchstream: nosuch.png: no such file", 1, "search", "nosuch.png");
    assertFailure(
        "sketchstream: "
            + bad
            + ": strokes: stroke 0 has 2 x but 1 y coordinates (line 1, column 11)",
        1,
        "search",
        bad.toString());
    assertFailure(
        "sketchstream: filter: a name is missing at 3",
        1,
        "search",
        good.toString(),
        "--filter",
        "((");
    assertFailure("sketchstream: no generation 'nosuch'", 1, "models", "activate", "nosuch");
    assertFailure("-k must be 1 to 1000", 2, "search", good.toString(), "-k", "0");
    assertFailure("which command? See --help", 2);
  }

  @Test
  void printsTheStatus() {
    Ran ran = run("status");

    assertEquals(0, ran.exitCode);
    assertTrue(ran.out.contains("12,345 in the gallery, 12,000 searchable"), ran.out);
    assertTrue(ran.out.contains("300 to embed, 45 to index"), ran.out);
    assertTrue(ran.out.contains("mobilenet_v2"), ran.out);
    assertTrue(
        ran.out.contains("backfill 40%, 7,345 to embed, 61 images/s, 2:01 min left"), ran.out);
    assertTrue(run("status", "--json").out.startsWith("{\"images\""));
  }

  @Test
  void listsAndSwitchesModels() {
    assertTrue(run("models").out.contains("map=0.512 p100=0.250"));
    assertTrue(run("models", "list").out.contains("ACTIVE"));
    assertTrue(run("models").out.contains("trouble: g2 has no artifact"));
    assertTrue(run("models", "rollback").out.contains("g0 "));
    assertEquals(0, run("models", "activate", "g 0").exitCode);
    assertEquals("/v1/models/g 0/activate", server.posts.getLast());
  }

  @Test
  void followsARunAndSaysHowItEnded() {
    Ran ran = run("models", "train", "--set", "iterations=40");
    assertEquals(0, ran.exitCode, ran.err);
    assertEquals("/v1/training/runs {\"iterations\":\"40\"}", server.posts.getLast());
    assertTrue(ran.err.contains("train 40 of 320  loss 2.500 = class 2.000 quad 0.500"), ran.err);
    assertTrue(ran.out.contains("run-1 is NOT_BETTER"), ran.out);
    assertTrue(ran.out.contains("gate.mAP=0.500"), ran.out);

    assertTrue(run("models", "runs").out.contains("12 labels since the last run"));
    assertTrue(run("models", "runs").out.contains("train 40 of 320"));
    assertTrue(run("models", "cancel").out.contains("run-1 is CANCELLED"));
    assertEquals("/v1/training/runs/run-1/cancel ", server.posts.getLast());
    assertTrue(run("models", "report", "g2").out.contains("# Generation g2"));
  }

  @Test
  void labelsTheHitsOfASearch() throws IOException {
    image("gallery/a.png", 1);
    assertEquals(0, run("import", folder.resolve("gallery").toString(), "--no-wait").exitCode);
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
    assertEquals(0, ran.exitCode, ran.err);
    assertTrue(ran.out.contains("2 labels accepted"), ran.out);
    assertTrue(server.labels.stream().anyMatch(l -> l.contains("\"strokes\":[[[1,2],[3,4]]]")));
    assertTrue(
        server.labels.stream()
            .anyMatch(l -> l.contains("imageId") && l.contains("\"class\":\"house\"")));
    assertEquals(
        2,
        run("label", "--feedback", sketch.toString(), "--class", "x", "--right", "999").exitCode);
    assertEquals(2, run("label").exitCode);
    Ran list = run("label", "--list");
    assertTrue(list.out.contains("held out"), list.out);
    assertTrue(list.out.contains("7 labels of 1 classes"), list.out);
  }

  @Test
  void labelsFoldersAndFiles() throws IOException {
    image("classes/cat/1.png", 1);
    Files.createDirectories(folder.resolve("classes/dog"));
    Files.writeString(
        folder.resolve("classes/dog/drawn.ndjson"), "{\"drawing\":[[[1,2],[3,4]]]}\n");
    Path lines = folder.resolve("labels.jsonl");
    Files.writeString(
        lines, "{\"imageId\":\"a\",\"class\":\"cat\"}\n{\"imageId\":\"b\"}\n".repeat(2));

    Ran folders = run("label", folder.resolve("classes").toString());

    assertEquals("2 labels accepted, 0 rejected", folders.out.strip(), folders.err);
    assertTrue(server.labels.stream().anyMatch(l -> l.contains("\"strokes\":[[[1,2],[3,4]]]")));

    Ran file = run("label", "--file", lines.toString());

    assertEquals(1, file.exitCode);
    assertEquals("2 labels accepted, 2 rejected", file.out.strip());
    assertTrue(file.err.contains("line 2: class is missing"), file.err);
    assertTrue(file.err.contains("line 4: class is missing"), file.err);
  }

  @Test
  void demonstratesWithAFolder() throws IOException {
    image("a.png", 1);
    Path sheet = folder.resolve("demo.png");

    Ran ran = run("demo", folder.toString(), "--sheet", sheet.toString());

    assertEquals(0, ran.exitCode, ran.err);
    assertTrue(ran.out.contains("sailboat"), ran.out);
    assertTrue(Files.size(sheet) > 1000);
  }

  @Test
  void unpacksTheSampleGalleryOnce() throws Exception {
    Path images = folder.resolve("cache/images");
    Files.createDirectories(images);
    for (String name :
        new String[] {"1f600", "1f44b-1f3fb", "1f408-200d-2b1b", "2600-fe0f", "1f1e9-1f1ea"}) {
      Files.createFile(images.resolve(name + ".webp"));
    }
    Candidates gallery =
        new SampleGallery(folder.resolve("cache")).fetch(new PrintWriter(new StringWriter()));
    StringWriter titles = new StringWriter();

    gallery.each(
        new Candidates.Visitor() {
          @Override
          public void image(Candidates.Candidate candidate) {
            titles.append(candidate.title()).append('\n');
          }

          @Override
          public void other(Path file) {}

          @Override
          public void unreadable(Path file, IOException reason) {}
        });

    assertEquals(
        """
        regional indicator symbol letter d + regional indicator symbol letter e
        cat + black large square
        grinning face
        black sun with rays
        """,
        titles.toString());
  }

  @Test
  void readsTarArchives() throws IOException {
    ByteArrayOutputStream archive = new ByteArrayOutputStream();
    entry(archive, "package/", '5', "");
    entry(archive, "package/a.txt", '0', "hello");
    entry(archive, "package/b.txt", '0', "x".repeat(512));
    entry(archive, "package/skipped.txt", '0', "not read");
    entry(archive, "package/c.txt", '0', "");
    archive.write(new byte[1024]);
    StringBuilder found = new StringBuilder();

    try (TarReader tar = new TarReader(new java.io.ByteArrayInputStream(archive.toByteArray()))) {
      while (tar.next()) {
        if (!tar.name().contains("skipped")) {
          found.append(tar.name()).append(tar.content().readAllBytes().length).append(' ');
        }
      }
    }

    assertEquals("package/a.txt5 package/b.txt512 package/c.txt0 ", found.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "import", "search", "status", "demo", "label", "models"})
  void explainsItself(String command) {
    Ran ran =
        execute(Stream.of(command, "--help").filter(s -> !s.isEmpty()).toArray(String[]::new));

    assertEquals(0, ran.exitCode);
    assertTrue(ran.out.contains("Examples:"), ran.out);
    assertFalse(ran.out.contains("${"), ran.out);
  }

  private static void entry(ByteArrayOutputStream archive, String name, char type, String content) {
    byte[] header = new byte[512];
    byte[] bytes = name.getBytes(UTF_8);
    System.arraycopy(bytes, 0, header, 0, bytes.length);
    byte[] size = String.format("%011o", content.length()).getBytes(UTF_8);
    System.arraycopy(size, 0, header, 124, size.length);
    header[156] = (byte) type;
    archive.writeBytes(header);
    archive.writeBytes(
        Arrays.copyOf(content.getBytes(UTF_8), (content.length() + 511) / 512 * 512));
  }

  private void assertFailure(String line, int exitCode, String... arguments) {
    Ran ran = arguments.length == 0 ? execute() : run(arguments);
    assertEquals(exitCode, ran.exitCode, ran.err);
    assertEquals(line, ran.err.lines().findFirst().orElse(""));
  }

  private Ran run(String... arguments) {
    return execute(with(arguments, "--server", server.address()));
  }

  private static String[] with(String[] arguments, String... more) {
    return Stream.concat(Arrays.stream(arguments), Arrays.stream(more)).toArray(String[]::new);
  }

  private static Ran execute(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine(arguments);
    line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    int exitCode = line.execute(arguments);
    return new Ran(exitCode, out.toString(), err.toString());
  }

  private Path image(String name, int seed) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    BufferedImage image = new BufferedImage(60, 40, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(new Color(Integer.hashCode(seed * 7919) & 0xffffff));
    graphics.fillRect(0, 0, 60, 40);
    graphics.dispose();
    ImageIO.write(image, name.endsWith("jpg") ? "jpg" : "png", file.toFile());
    return file;
  }
}
