package io.sketchstream.endtoend;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.testing.Await;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/// Inputs that end, block or confuse careless servers, over HTTP against one `sketchstream up`.
/// Each is answered with a success or a problem detail; the process lives and is healthy, and
/// another caller's searches are answered meanwhile. Prints a table. `-Dtests.seed=` repeats a run,
/// `-Dtests.files=` sets how many damaged files of each format there are.
@TestMethodOrder(org.junit.jupiter.api.MethodOrderer.OrderAnnotation.class)
final class HostileInputsTest {
  private static final Duration SOON = Duration.ofMinutes(2);
  private static final long GROWTH_MAX = 2L << 30;
  private static final int IDLE = 100;

  private static final long SEED = Long.getLong("tests.seed", System.nanoTime());
  private static final Path CASES = ServerProcess.ROOT.resolve("../shared/cases").normalize();

  private static final List<String> TABLE = new ArrayList<>();
  private static StandaloneProcess standalone;
  private static GalleryClient gallery;
  private static Bystander bystander;
  private static ResidentMemory memory;
  private static long idle;

  @BeforeAll
  static void start(@TempDir Path directory) {
    standalone =
        StandaloneProcess.start(
            directory.resolve("home"),
            List.of("-Dtraining.artifact-bytes-max=64M"),
            "--model",
            TestModel.directory().toString());
    gallery = new GalleryClient(standalone.address());
    String position = gallery.put("plain", Pictures.png(77)).position();
    assertEquals(
        List.of("plain"), GalleryClient.ids(gallery.search(Pictures.png(77), 1, position)));
    memory = new ResidentMemory(standalone.process().pid());
    bystander = new Bystander(standalone.address());
    Await.until("the other caller is answered", () -> bystander.answered() > 20);
    double p99 = bystander.p99();
    idle = memory.now();
    TABLE.add(
        String.format(
            Locale.ROOT,
            "%-17s %6s %7s %6s %12s %17s",
            "kind",
            "inputs",
            "crashes",
            "hangs",
            "p99 of other",
            "peak over idle"));
    TABLE.add(String.format(Locale.ROOT, "%-39s %9.0f ms", "none", p99));
  }

  @AfterAll
  static void stop() {
    if (bystander != null) {
      bystander.close();
      memory.close();
      gallery.close();
    }
    if (standalone != null) {
      standalone.close();
    }
    System.out.println("HOSTILE -Dtests.seed=" + SEED);
    TABLE.forEach(System.out::println);
  }

  @Test
  void answersTheCases() throws Exception {
    if (Files.isDirectory(CASES)) {
      sendAll(HostileInputs.cases(CASES));
    } else {
      TABLE.add("skipped: there are no shared cases at " + CASES);
    }
  }

  @Test
  void answersDamagedFiles() {
    sendAll(new HostileInputs(SEED).damaged(Integer.getInteger("tests.files", 12)));
  }

  @Test
  void answersJsonThatIsNone() {
    sendAll(HostileInputs.json());
  }

  @Test
  void answersArchivesThatAreNoModels() throws Exception {
    sendAll(HostileInputs.archives());
    assertFalse(Files.exists(Path.of("/tmp/manifest.json")));
  }

  @Test
  void answersRequestsThatAreNone() {
    sendAll(HostileInputs.requests(standalone.address().getAuthority()));
  }

  /// A hundred that announce a body and send none, and as many that send a byte.
  @Test
  @Order(Integer.MAX_VALUE)
  void servesOthersWhileUploadsAreIdle() throws Exception {
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < IDLE; i++) {
        for (String path : List.of("PUT /v1/images/slow", "POST /v1/search", "POST /v1/models")) {
          sockets.add(begin(path, i % 2 == 0 ? "" : "x"));
        }
      }
      int before = bystander.answered();
      Await.until("searches of another caller", () -> bystander.answered() > before + 20);
      Await.until("uploads again", SOON, () -> upload() == 202);
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
    row("idle bodies", sockets.size(), 0);
    assertHealthy("idle bodies");
  }

  private static Socket begin(String line, String first) throws IOException {
    URI address = standalone.address();
    Socket socket = new Socket(address.getHost(), address.getPort());
    String head =
        "%s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/zip\r\nContent-Length: 900\r\n\r\n%s"
            .formatted(line, address.getAuthority(), first);
    socket.getOutputStream().write(head.getBytes(US_ASCII));
    return socket;
  }

  private static int upload() {
    try {
      return gallery.put("meanwhile", Pictures.png(78)).imageId().isEmpty() ? 0 : 202;
    } catch (AssertionError _) {
      return 429;
    }
  }

  private static void sendAll(List<HostileRequest> requests) {
    Map<String, List<HostileRequest>> kinds = new TreeMap<>();
    requests.forEach(
        request -> kinds.computeIfAbsent(request.kind(), _ -> new ArrayList<>()).add(request));
    List<String> troubles = new ArrayList<>();
    kinds.forEach((kind, all) -> {
      double _ = bystander.p99(); // What came before is none of its.
      long _ = memory.takePeak();
      int hangs = 0;
      for (HostileRequest request : all) {
        HostileRequest.Outcome outcome = request.send(standalone.address());
        hangs += outcome.hung() ? 1 : 0;
        if (!outcome.trouble().isEmpty()) {
          troubles.add(request.kind() + ", " + request.name() + ": " + outcome.trouble());
        }
        assertTrue(standalone.process().isRunning(), () -> "ended by " + request.name() + where());
      }
      row(kind, all.size(), hangs);
      assertHealthy(kind);
    });
    assertTrue(troubles.isEmpty(), () -> String.join("\n", troubles) + where());
  }

  private static void row(String kind, int inputs, int hangs) {
    long grown = memory.takePeak() - idle;
    int crashes = standalone.process().isRunning() ? 0 : 1;
    TABLE.add(
        String.format(
            Locale.ROOT,
            "%-17s %6d %7d %6d %9.0f ms %13d MiB",
            kind,
            inputs,
            crashes,
            hangs,
            bystander.p99(),
            Math.max(0, grown) >> 20));
    assertTrue(grown < GROWTH_MAX, kind + " grew memory by " + grown + where());
  }

  private static void assertHealthy(String kind) {
    Await.until("health after " + kind, SOON, () -> gallery.get("/q/health").statusCode() == 200);
    assertFalse(standalone.process().crashed(), kind + where());
    assertTrue(bystander.failures().isEmpty(), () -> kind + " " + bystander.failures() + where());
  }

  private static String where() {
    return "\n-Dtests.seed=" + SEED + "\n" + standalone.process().errors();
  }
}
