package io.sketchstream.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.Route;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What strangers can do to an installation on loopback that requires no key: a page of another
/// site in a real browser, and a caller who holds what others need. Nothing that lasts.
final class OtherSitesTest {
  /// Tries everything that a page may send without asking first, and what it may not.
  private static final String ATTACK =
      """
      async (target) => {
        const outcomes = [];
        const attempt = async (path, options) => {
          try {
            const answer = await fetch(target + path, options);
            outcomes.push(options.method + ' ' + path + ' ' + answer.type + ' ' + answer.status);
          } catch (failure) {
            outcomes.push(options.method + ' ' + path + ' failed');
          }
        };
        const form = new FormData();
        form.append('id:evil', new Blob([new Uint8Array([137, 80, 78, 71])]), 'evil.png');
        const quiet = {method: 'POST', mode: 'no-cors', credentials: 'include'};
        await attempt('/v1/labels', {...quiet, body: '{"imageId":"cat","class":"evil"}'});
        await attempt('/v1/labels',
            {...quiet, body: new Blob(['{"imageId":"cat","class":"evil"}'])});
        await attempt('/v1/images', {...quiet, body: form});
        await attempt('/v1/models?reason=evil', {...quiet, body: new Blob(['PK'])});
        await attempt('/v1/models/rollback?reason=evil', quiet);
        await attempt('/v1/training/runs', {...quiet, body: '{}'});
        await attempt('/v1/images/evil', {method: 'PUT', body: 'x'});
        await attempt('/v1/images/cat', {method: 'DELETE'});
        await attempt('/v1/status', {method: 'GET'});
        return outcomes;
      }
      """;

  private static Chromium chromium;
  private static StandaloneProcess standalone;
  private static HttpServer otherSite;

  private final HttpClient http = HttpClient.newHttpClient();

  @BeforeAll
  static void start(@TempDir Path directory) throws IOException {
    chromium = Chromium.startOrSkip();
    standalone = StandaloneProcess.start(directory.resolve("home"));
    otherSite = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    otherSite.createContext(
        "/",
        exchange -> {
          byte[] page = "<!doctype html><title>Kittens</title>".getBytes(UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "text/html");
          exchange.sendResponseHeaders(200, page.length);
          exchange.getResponseBody().write(page);
          exchange.close();
        });
    otherSite.start();
  }

  @AfterAll
  static void stop() {
    if (otherSite != null) {
      otherSite.stop(0);
    }
    if (standalone != null) {
      standalone.stop();
      standalone.close();
    }
    if (chromium != null) {
      chromium.close();
    }
  }

  /// Of another name, and of another port of this machine.
  @ParameterizedTest
  @ValueSource(strings = {"kittens.example", "localhost", "127.0.0.1"})
  void aPageOfAnotherOriginWritesNothing(String name) throws Exception {
    String before = state();
    Page page = chromium.page(800, 600);
    page.navigate("http://" + name + ":" + otherSite.getAddress().getPort() + "/");
    String target = "http://127.0.0.1:" + standalone.address().getPort();
    List<?> outcomes = (List<?>) page.evaluate(ATTACK, target);
    page.context().close();

    assertEquals(9, outcomes.size(), outcomes.toString());
    assertTrue(
        outcomes.stream()
            .map(Object::toString)
            .allMatch(outcome -> outcome.endsWith("failed") || outcome.endsWith("opaque 0")),
        outcomes.toString());
    assertEquals(before, state(), outcomes.toString());
  }

  /// The name is the page's own, and its address this machine's: the browser sees one origin.
  @Test
  void refusesARebindingHostName() throws Exception {
    String before = state();
    Page page = chromium.page(800, 600);
    String rebound = "http://rebound.example:" + standalone.address().getPort();
    Response answer = page.navigate(rebound + "/");
    assertEquals(403, answer.status());
    // As if the attacker had served this page before the name was made to point here.
    page.route(
        rebound + "/",
        route ->
            route.fulfill(
                new Route.FulfillOptions().setContentType("text/html").setBody("<p>Kittens")));
    page.navigate(rebound + "/");
    List<?> outcomes = (List<?>) page.evaluate(ATTACK, rebound);
    page.context().close();

    assertTrue(
        outcomes.stream()
            .map(Object::toString)
            // Some browsers do not let such a page call this machine at all.
            .allMatch(outcome -> outcome.endsWith(" basic 403") || outcome.endsWith(" failed")),
        outcomes.toString());
    assertEquals(before, state());
  }

  @Test
  void forbidsFrames() {
    Page page = chromium.page(800, 600);
    page.navigate("http://kittens.example:" + otherSite.getAddress().getPort() + "/");
    page.evaluate(
        """
        (address) => new Promise((loaded) => {
          const frame = document.createElement('iframe');
          frame.onload = loaded;
          frame.src = address;
          document.body.append(frame);
        })
        """,
        standalone.address().toString());
    assertTrue(page.frames().size() > 1);
    assertFalse(
        page.frames().stream().anyMatch(frame -> frame.title().equals("Sketchstream")),
        "the page is in a frame");
    page.context().close();
  }

  @Test
  void boundsTheBodiesOfPeers() throws Exception {
    for (boolean announced : List.of(true, false)) {
      byte[] large = new byte[2 << 20];
      HttpRequest question =
          HttpRequest.newBuilder(standalone.address().resolve("/internal/v1/shards"))
              .header("Content-Type", "application/x-protobuf")
              .POST(
                  announced
                      ? BodyPublishers.ofByteArray(large)
                      : BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(large)))
              .build();
      int status;
      try {
        status = http.send(question, BodyHandlers.ofString()).statusCode();
      } catch (IOException _) {
        status = 413; // The connection was closed before all was sent.
      }
      assertEquals(413, status, "announced: " + announced);
    }
  }

  private String state() throws Exception {
    return get("/v1/gallery") + get("/v1/models") + get("/v1/training/labels") + runs();
  }

  private String runs() throws Exception {
    return get("/v1/training/runs");
  }

  private String get(String path) throws Exception {
    URI address = standalone.address().resolve(path);
    return http.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString()).body();
  }
}
