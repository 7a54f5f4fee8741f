package io.sketchstream.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sketchstream.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// `sketchstream up` and a browser, shared by the tests of the page in this JVM: a start takes
/// longer than most of them. [#reset] takes away what tests before have left.
///
/// **Threads:** the one that runs the tests. **Owns:** both processes, until the JVM ends.
final class PageInstallation {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration RESET_MAX = Duration.ofMinutes(2);

  private static PageInstallation shared;

  private final HttpClient http = HttpClient.newHttpClient();
  private final Chromium chromium;
  private final StandaloneProcess standalone;
  private final GalleryFiller filler;

  private PageInstallation(Chromium chromium, StandaloneProcess standalone) {
    this.chromium = chromium;
    this.standalone = standalone;
    this.filler = new GalleryFiller(standalone.address());
  }

  /// The one of this JVM, as a new one would be: the drawn photos, and nothing that goes on.
  ///
  /// Skips the test that asks for it where there is no browser.
  static PageInstallation reset() {
    if (shared == null) {
      shared = start();
      Runtime.getRuntime().addShutdownHook(new Thread(shared.standalone::close));
    }
    shared.clear();
    DrawnPhotos.gallery().forEach(shared.filler::put);
    return shared;
  }

  Chromium chromium() {
    return chromium;
  }

  GalleryFiller filler() {
    return filler;
  }

  URI address() {
    return standalone.address();
  }

  private static PageInstallation start() {
    Chromium chromium = Chromium.startOrSkip();
    boolean started = false;
    try {
      Path parent = Files.createDirectories(Path.of("target", "page").toAbsolutePath());
      Path home = Files.createTempDirectory(parent, "installation").resolve("home");
      PageInstallation installation = new PageInstallation(chromium, StandaloneProcess.start(home));
      started = true;
      return installation;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      if (!started) {
        chromium.close();
      }
    }
  }

  /// Images, standing queries and training runs. Labels stay: each test has classes of its own.
  private void clear() {
    assertTrue(standalone.process().isRunning(), standalone.process()::report);
    Await.until(
        "no training runs",
        RESET_MAX,
        () ->
            get("/v1/training/runs").path("runs").findValuesAsText("state").stream()
                .noneMatch("RUNNING"::equals));
    for (String id : get("/v1/standing-queries").path("standingQueries").findValuesAsText("id")) {
      assertEquals(204, send(to("/v1/standing-queries/" + id).DELETE()).statusCode());
    }
    List<String> images = images();
    if (!images.isEmpty()) {
      HttpResponse<String> removed =
          send(
              to("/v1/images/delete")
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofString(json(Map.of("imageIds", images)))));
      assertEquals(202, removed.statusCode(), removed.body());
    }
    Await.until("the gallery is empty", RESET_MAX, () -> images().isEmpty());
  }

  private List<String> images() {
    return get("/v1/images?limit=1000&complete=true").path("images").findValuesAsText("imageId");
  }

  private JsonNode get(String path) {
    HttpResponse<String> answer = send(to(path));
    assertEquals(200, answer.statusCode(), answer.body());
    try {
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new AssertionError(answer.body(), e);
    }
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(standalone.address().resolve(path));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
