package io.sketchstream.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WatchCommandTest {
  @TempDir Path directory;
  private final List<String> calls = new CopyOnWriteArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  @Test
  void requestsTheBestOfADay() throws IOException {
    Path sketch = Files.writeString(directory.resolve("boat.json"), "[[[1,2],[3,4]]]");
    run("watch", sketch.toString(), "--per-day", "5", "--count", "1");
    assertTrue(calls.getFirst().contains("per_day=5"), calls.toString());
  }

  @Test
  void sendsAPhoto() throws IOException {
    Path photo = Files.writeString(directory.resolve("boat.json"), "[[[1,2],[3,4]]]");
    run("watch", photo.toString(), "--photo", "--count", "1");
    assertTrue(calls.getFirst().contains("photo=true"), calls.toString());
    Ran refused = run("watch", "--photo", "--like", "a");
    assertEquals(2, refused.exitCode());
    assertTrue(refused.err().contains("--like ID"), refused.err());
  }

  /// The first stream tells one match and breaks off; the server restarts and is not ready at
  /// first; what came in between is in the list that is asked for after the next connection.
  @Test
  void printsEachMatchOnceDespiteALostConnection() throws IOException {
    Path sketch = Files.writeString(directory.resolve("boat.json"), "[[[1,2],[3,4]]]");
    Ran ran = run("watch", sketch.toString(), "--one-in", "500", "--count", "3");
    assertEquals(0, ran.exitCode(), ran.err());
    assertTrue(calls.getFirst().startsWith("POST /v1/standing-queries?"), calls.toString());
    assertTrue(calls.getFirst().contains("one_in=500"), calls.toString());
    assertTrue(calls.getFirst().contains("name=boat.json"), calls.toString());
    assertTrue(ran.err().contains("watch --remove boats"), ran.err());
    List<String> lines = ran.out().lines().toList();
    assertEquals(3, lines.size(), ran.out());
    assertTrue(lines.get(0).contains("before") && lines.get(0).contains("0.700"), ran.out());
    assertTrue(lines.get(1).contains("live"), ran.out());
    assertTrue(lines.get(2).contains("between"), ran.out());
    assertTrue(ran.err().contains("the connection is lost; trying again"), ran.err());
  }

  @Test
  void refusesToFollowWhatIsNotThereToBeginWith() throws IOException {
    Ran busy = run("watch", "--follow", "busy");
    assertEquals(1, busy.exitCode());
    assertTrue(busy.err().contains("not ready"), busy.err());
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    String address = "http://127.0.0.1:" + port;
    assertEquals(3, Ran.execute("watch", "--follow", "boats", "--server", address).exitCode());
    try (Server none = new Server(URI.create(address), "")) {
      assertFalse(none.patient().hear("/", _ -> true));
      Server.Answer answer = none.patient().get("/", Map.of());
      assertTrue(answer.overloaded());
      assertTrue(answer.problem().contains("no server answers at " + address), answer.problem());
    }
  }

  @Test
  void listsAndRemoves() {
    Ran listed = run("watch", "--list");
    assertEquals(0, listed.exitCode(), listed.err());
    assertTrue(listed.out().contains("boats"), listed.out());
    assertTrue(listed.out().contains("7 matches"), listed.out());
    assertEquals(0, run("watch", "--remove", "boats").exitCode());
    assertEquals("DELETE /v1/standing-queries/boats", calls.getLast());
    Ran refused = run("watch", "--remove", "nobody");
    assertEquals(1, refused.exitCode());
    assertTrue(refused.err().contains("no standing query"), refused.err());
  }

  @Test
  void refusesTasksThatExcludeEachOther() {
    for (String[] tasks :
        new String[][] {
          {"--list", "--remove", "boats"},
          {"--follow", "boats", "--text", "red"},
          {"--remove", "boats", "--id", "ships"},
          {"--list", "boat.png"}
        }) {
      Ran ran = run("watch", tasks);
      assertEquals(2, ran.exitCode(), ran.err());
      assertTrue(ran.err().contains("give one of them: --"), ran.err());
    }
    Ran none = run("watch", "--follow", "boats", "--count", "0");
    assertEquals(2, none.exitCode(), none.err());
    assertTrue(none.err().contains("--count must be 1 or more, not 0"), none.err());
  }

  @Test
  void refusesAnEmptyQuery() {
    Ran ran = run("watch");
    assertEquals(2, ran.exitCode());
    assertTrue(ran.err().contains("SKETCH"), ran.err());
    assertFalse(calls.stream().anyMatch(call -> call.startsWith("POST")), calls.toString());
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String call = exchange.getRequestMethod() + " " + exchange.getRequestURI();
      calls.add(call);
      boolean live = "text/event-stream".equals(exchange.getRequestHeaders().getFirst("Accept"));
      if (call.startsWith("POST")) {
        assertEquals("[[[1,2],[3,4]]]", new String(body, UTF_8));
        answer(exchange, 201, "{\"id\":\"boats\"}");
      } else if (call.equals("DELETE /v1/standing-queries/boats")) {
        exchange.sendResponseHeaders(204, -1);
      } else if (call.startsWith("DELETE")) {
        answer(exchange, 404, "{\"detail\":\"there is no standing query 'nobody'\"}");
      } else if (live && (call.contains("busy") || streams() == 2)) {
        answer(exchange, 503, "{\"detail\":\"not ready\"}");
      } else if (live) {
        stream(exchange);
      } else if (call.contains("/matches")) {
        answer(exchange, 200, "{\"matches\":[" + latest() + "]}");
      } else {
        answer(
            exchange,
            200,
            "{\"standingQueries\":[{\"id\":\"boats\",\"state\":\"watching\",\"matches\":7}]}");
      }
    }
  }

  private long streams() {
    return calls.stream().filter(call -> call.endsWith("/boats/matches")).count();
  }

  /// Newest first, as the server tells them.
  private String latest() {
    String before = match("before");
    return streams() == 1 ? before : match("between") + "," + match("live") + "," + before;
  }

  private void stream(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    OutputStream out = exchange.getResponseBody();
    String live = streams() == 1 ? "event: match\ndata: " + match("live") + "\n\n" : "";
    out.write((": watching\n\n" + live).getBytes(UTF_8));
    out.flush();
  }

  private static String match(String imageId) {
    return "{\"imageId\":\"" + imageId + "\",\"score\":0.7,\"withdrawn\":false}";
  }

  private static void answer(HttpExchange exchange, int status, String json) throws IOException {
    byte[] body = json.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  private Ran run(String command, String... rest) {
    String address = "http://127.0.0.1:" + server.getAddress().getPort();
    return Ran.execute(Ran.with(new String[] {command, "--server", address}, rest));
  }
}
