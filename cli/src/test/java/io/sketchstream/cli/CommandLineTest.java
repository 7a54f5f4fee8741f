package io.sketchstream.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(180)
class CommandLineTest {
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
  void explainsHowToStartAMissingServer() throws IOException {
    Photos.write(folder, "a.png", 1);
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    for (String[] arguments :
        new String[][] {{"import", folder.toString()}, {"status"}, {"models"}, {"demo"}}) {
      Ran ran = Ran.execute(Ran.with(arguments, "--server", "http://127.0.0.1:" + port));

      assertEquals(3, ran.exitCode());
      assertEquals(
          "sketchstream: no server answers at http://127.0.0.1:"
              + port
              + "; start one with './sketchstream up', or name it with --server",
          ran.err().strip());
    }
  }

  @Test
  void refusesAnAddressOrATokenThatCannotBeSent() {
    for (String address : List.of("http://127.0.0.1:99999", "ftp://a", "http://a?b=c", "http://")) {
      Ran ran = Ran.execute("status", "--server", address);
      assertEquals(2, ran.exitCode(), ran.err());
      assertTrue(ran.err().contains("'" + address + "' is not an address"), ran.err());
    }
    for (String token : List.of("two words", "schlüssel", "a\nb")) {
      Ran ran = run("status", "--token", token);
      assertEquals(2, ran.exitCode(), ran.err());
      assertTrue(ran.err().startsWith("--token: a token has no blanks"), ran.err());
    }
    assertEquals(0, run("status", "--token", "key\r\n").exitCode());
  }

  @Test
  void printsHitsAndDrawsAContactSheet() throws IOException {
    Photos.write(folder, "red_thing.png", 1);
    Photos.write(folder, "blue.png", 2);
    run("import", folder.toString());
    Path sketch = folder.resolve("sketch.json");
    Files.writeString(sketch, "[[[0,100,100,0,0],[0,0,100,100,0]]]");
    Path sheet = folder.resolve("out/sheet.png");

    Ran ran =
        run("search", sketch.toString(), "-k", "5", "--text", "a b&c", "--sheet", sheet.toString());

    assertEquals(0, ran.exitCode(), ran.err());
    assertTrue(ran.out().contains("red thing"), ran.out());
    assertTrue(ran.out().contains("2 hits in 12 ms, generation g1 (only 1 of 2 shards answered)"));
    assertEquals("a b&c", server.searches.getLast().get("text"));
    assertEquals("application/json", server.searches.getLast().get("type"));
    BufferedImage drawn = ImageIO.read(sheet.toFile());
    assertTrue(drawn.getWidth() > 500 && drawn.getHeight() > 200);
  }

  @Test
  void acceptsEveryKindOfSketch() throws IOException {
    Path ndjson = folder.resolve("cat.ndjson");
    Files.writeString(
        ndjson,
        """
        {"word":"cat","drawing":[[[1,2],[3,4]]]}
        {"word":"cat","drawing":[[[5,6],[7,8]]]}
        """);
    Path png = Photos.write(folder, "sketch.png", 5);

    assertEquals(0, run("search", ndjson.toString()).exitCode());
    assertEquals(
        "{\"word\":\"cat\",\"drawing\":[[[1,2],[3,4]]]}", server.searches.getLast().get("body"));
    assertEquals(0, run("search", png.toString()).exitCode());
    assertEquals("application/octet-stream", server.searches.getLast().get("type"));
  }

  @Test
  void reportsErrorsInOneLine() throws IOException {
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
    assertFailure("no command was given; see --help", 2);
  }

  @Test
  void printsTheStatus() {
    Ran ran = run("status");

    assertEquals(0, ran.exitCode());
    assertTrue(ran.out().contains("12,345 in the gallery, 12,000 searchable"), ran.out());
    assertTrue(ran.out().contains("300 to embed, 45 to index"), ran.out());
    assertTrue(ran.out().contains("mobilenet_v2"), ran.out());
    assertTrue(
        ran.out().contains("backfill 40%, 7,345 to embed, 61 images/s, 2:01 min left"), ran.out());
    assertTrue(run("status", "--json").out().startsWith("{\"images\""));
  }

  @Test
  void listsAndSwitchesModels() {
    assertTrue(run("models").out().contains("2026-03-01T12:00:00Z"));
    assertFalse(run("models").out().contains("map "));
    assertTrue(
        run("models", "--metrics").out().matches("(?s).*\\bmap +0\\.512\\R +p100 +0\\.250\\R.*"));
    assertTrue(run("models", "list").out().contains("ACTIVE"));
    assertTrue(run("models").out().contains("trouble: g2 has no artifact"));
    assertTrue(run("models", "rollback").out().contains("g0 "));
    assertEquals(0, run("models", "activate", "g 0").exitCode());
    assertEquals("/v1/models/g 0/activate", server.posts.getLast());
  }

  @Test
  void followsARunAndReportsItsEnd() {
    Ran ran = run("models", "train", "--set", "iterations=40");
    assertEquals(0, ran.exitCode(), ran.err());
    assertEquals("/v1/training/runs {\"iterations\":\"40\"}", server.posts.getLast());
    assertTrue(
        ran.err()
            .contains(
                "train 40 of 320  1:15 min left  loss 2.500 (classification 2.000, quadruplet 0.500)"),
        ran.err());
    assertTrue(ran.out().contains("run-1 is NOT_BETTER"), ran.out());
    assertTrue(ran.out().contains("gate.mAP=0.500"), ran.out());

    assertTrue(run("models", "runs").out().contains("12 records of labels since the last run"));
    assertTrue(run("models", "runs").out().contains("train 40 of 320"));
    assertTrue(run("models", "cancel").out().contains("run-1 is CANCELLED"));
    assertEquals("/v1/training/runs/run-1/cancel ", server.posts.getLast());
    assertTrue(run("models", "report", "g2").out().contains("# Generation g2"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "import",
        "search",
        "status",
        "demo",
        "label",
        "teach",
        "models",
        "similar",
        "get",
        "delete",
        "backup",
        "restore",
        "open",
        "doctor",
        "completion"
      })
  void explainsItself(String command) {
    Ran ran =
        Ran.execute(Stream.of(command, "--help").filter(s -> !s.isEmpty()).toArray(String[]::new));

    assertEquals(0, ran.exitCode());
    assertTrue(ran.out().contains("Examples:"), ran.out());
    assertFalse(ran.out().contains("${"), ran.out());
  }

  private void assertFailure(String line, int exitCode, String... arguments) {
    Ran ran = arguments.length == 0 ? Ran.execute() : run(arguments);
    assertEquals(exitCode, ran.exitCode(), ran.err());
    assertEquals(line, ran.err().lines().findFirst().orElse(""));
  }

  private Ran run(String... arguments) {
    return Ran.execute(Ran.with(arguments, "--server", server.address()));
  }
}
