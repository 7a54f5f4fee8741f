package io.sketchstream.endtoend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.sketchstream.endtoend.GalleryClient.Written;
import io.sketchstream.testing.Await;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The everyday operations of a user, against one `sketchstream up`.
final class StandaloneFlowTest {
  private static final Duration SOON = Duration.ofMinutes(2);
  private static final byte[] JPEG_START = {(byte) 0xff, (byte) 0xd8};

  @TempDir static Path directory;
  private static Path watched;
  private static SpanCollector collector;
  private static StandaloneProcess standalone;
  private static GalleryClient gallery;

  @BeforeAll
  static void start() throws IOException {
    watched = Files.createDirectories(directory.resolve("watched"));
    collector = new SpanCollector();
    standalone =
        StandaloneProcess.start(
            directory.resolve("home"),
            List.of(
                "-Dingest.watch=" + watched,
                "-Dingest.watch-scan-interval=500ms",
                "-Dtracing.endpoint=" + collector.endpoint()),
            "--model",
            TestModel.directory().toString());
    gallery = new GalleryClient(standalone.address());
  }

  @AfterAll
  static void stop() {
    if (standalone != null) {
      gallery.close();
      standalone.close();
    }
    collector.close();
  }

  @Test
  void findsAnImageByItsSketchWithItsToken() {
    for (int seed = 100; seed < 108; seed++) {
      Written written = gallery.put("drawing-" + seed, Pictures.png(seed));
      assertEquals("accepted", written.status());
      JsonNode answer = gallery.search(Pictures.png(seed), 5, written.position());
      assertEquals("drawing-" + seed, GalleryClient.ids(answer).getFirst(), answer::toString);
      assertEquals(answer.at("/shards/total"), answer.at("/shards/answered"), answer::toString);
      assertFalse(answer.get("generation").asText().isEmpty());
    }
  }

  @Test
  void ordersHitsByScoreAndReturnsAtMostK() {
    String after = "";
    for (int seed = 200; seed < 206; seed++) {
      String position = gallery.put("ordered-" + seed, Pictures.png(seed)).position();
      after = after.isEmpty() ? position : after + "," + position;
    }
    JsonNode hits = gallery.search(Pictures.png(200), 4, after).get("hits");
    assertEquals(4, hits.size());
    for (int i = 1; i < hits.size(); i++) {
      assertTrue(
          hits.get(i - 1).get("score").asDouble() >= hits.get(i).get("score").asDouble(),
          hits::toString);
    }
  }

  @Test
  void findsNoDeletedImage() {
    byte[] picture = Pictures.png(300);
    String put = gallery.put("deleted", picture).position();
    assertEquals("deleted", GalleryClient.ids(gallery.search(picture, 1, put)).getFirst());
    String removed = gallery.delete("deleted").position();
    List<String> ids = GalleryClient.ids(gallery.search(picture, 1000, removed));
    assertFalse(ids.contains("deleted"), ids::toString);
    assertEquals(404, gallery.image("deleted").statusCode());
  }

  @Test
  void servesTheCanonicalImage() {
    gallery.put("canonical", Pictures.png(310));
    HttpResponse<byte[]> response = gallery.image("canonical");
    assertEquals(200, response.statusCode());
    assertArrayEquals(JPEG_START, java.util.Arrays.copyOf(response.body(), 2));
  }

  @Test
  void findsSimilarImagesWithoutTheImageItself() {
    gallery.put("like-1", Pictures.png(320));
    String after = gallery.put("like-2", Pictures.png(321)).position();
    gallery.search(Pictures.png(321), 1, after);
    List<String> ids = GalleryClient.ids(gallery.similar("like-2", 3));
    assertFalse(ids.isEmpty());
    assertFalse(ids.contains("like-2"), ids::toString);
  }

  @Test
  void embedsNothingForAnUnchangedImage() {
    byte[] picture = Pictures.png(330);
    gallery.search(picture, 1, gallery.put("unchanged", picture).position());
    settle();
    double embedded = gallery.metric("embed_images_embedded_total");
    assertTrue(embedded > 0, "the counter of embedded images is missing from the metrics");
    Written again = gallery.put("unchanged", picture);
    assertEquals("unchanged", again.status());
    gallery.search(picture, 1, gallery.put("unchanged-other", Pictures.png(331)).position());
    settle();
    assertEquals(embedded + 1, gallery.metric("embed_images_embedded_total"));
  }

  @Test
  void refusesAnInvalidImageAndContinues() {
    HttpResponse<byte[]> empty =
        gallery.trySearch("no image".getBytes(StandardCharsets.UTF_8), 1, "");
    assertEquals(400, empty.statusCode(), () -> new String(empty.body(), StandardCharsets.UTF_8));
    assertEquals(
        "application/problem+json",
        empty.headers().firstValue("Content-Type").orElse("").split(";")[0]);
  }

  @Test
  void followsAWatchedFolder() throws IOException {
    byte[] picture = Pictures.png(340);
    Path file = watched.resolve("tench.png");
    Files.write(file, picture);
    Await.until("the new file is found", SOON, () -> titledFirst(picture));
    Files.delete(file);
    Await.until("the deleted file is gone", SOON, () -> !titledFirst(picture));
  }

  /// From the request through every topic to the shards and back, in the trace of the caller.
  @Test
  void tracesAnImageAndASearchThroughEveryHop() {
    String trace = "0af7651916cd43dd8448eb211c80319c";
    String caller = "b7ad6b7169203331";
    try (GalleryClient traced =
        new GalleryClient(
            standalone.address(),
            standalone.address(),
            Map.of("traceparent", "00-" + trace + "-" + caller + "-01"))) {
      JsonNode answer =
          traced.search(Pictures.png(360), 1, traced.put("traced", Pictures.png(360)).position());
      String embeddings = "image-embeddings-" + answer.get("generation").asText();
      awaitSpans(trace, "POST /v1/search", "PUT /v1/images/{id}", "process search-results");
      assertEquals(
          List.of(
              "CONSUMER process search-results",
              "PRODUCER send search-results",
              "CONSUMER process sketch-embeddings",
              "PRODUCER send sketch-embeddings",
              "CONSUMER process sketches",
              "PRODUCER send sketches",
              "SERVER POST /v1/search",
              caller),
          collector.lineage(trace, "process search-results"));
      assertEquals(
          List.of(
              "CONSUMER process " + embeddings,
              "PRODUCER send " + embeddings,
              "CONSUMER process images",
              "PRODUCER send images",
              "SERVER PUT /v1/images/{id}",
              caller),
          collector.lineage(trace, "process " + embeddings));
      assertParts(trace, "process sketch-embeddings", "search shards", "merge");
      assertParts(trace, "process sketches", "decode", "wait for the device", "forward pass");
      assertParts(trace, "process images", "decode", "wait for the device", "forward pass");
      assertEquals(
          answer.get("queryId").asText(),
          collector
              .find(trace, "process sketches")
              .orElseThrow()
              .attribute("sketchstream.query.id"));
      assertEquals(
          "202",
          collector
              .find(trace, "PUT /v1/images/{id}")
              .orElseThrow()
              .attribute("http.response.status_code"));
    }
  }

  private static void awaitSpans(String trace, String... names) {
    Await.until(
        "the spans " + List.of(names),
        SOON,
        () -> List.of(names).stream().allMatch(name -> collector.find(trace, name).isPresent()),
        () -> collector.trace(trace).toString());
  }

  private static void assertParts(String trace, String whole, String... parts) {
    String parent = collector.find(trace, whole).orElseThrow().id();
    List<String> names =
        collector.trace(trace).stream()
            .filter(span -> span.parent().equals(parent))
            .map(SpanCollector.Seen::name)
            .toList();
    assertTrue(names.containsAll(List.of(parts)), () -> whole + " has the parts " + names);
  }

  @Test
  void showsDataInEveryPanelOfTheDashboards() {
    gallery.search(Pictures.png(350), 1, gallery.put("watched-over", Pictures.png(350)).position());
    Await.until(
        "every panel has data",
        SOON,
        () -> panelsWithoutData().isEmpty(),
        () -> panelsWithoutData().toString());
  }

  /// A counter of rare events may have no sample, but it must be defined.
  @Test
  void exportsTheMetricsOfTheAlerts() {
    String exported = metrics();
    List<String> expressions = WatchedMetrics.alertExpressions();
    assertTrue(expressions.size() >= 8, expressions::toString);
    Set<String> unknown = new TreeSet<>();
    expressions.forEach(expression -> unknown.addAll(WatchedMetrics.names(expression)));
    unknown.remove("up"); // Prometheus' own.
    unknown.removeIf(name -> WatchedMetrics.isExported(name, exported));
    unknown.removeAll(WatchedMetrics.countedInSources());
    assertEquals(Set.of(), unknown);
  }

  private static Set<String> panelsWithoutData() {
    String exported = metrics();
    Set<String> missing = new TreeSet<>();
    WatchedMetrics.panelExpressions()
        .forEach((panel, expressions) -> {
          for (String expression : expressions) {
            for (String selector : WatchedMetrics.selectors(expression)) {
              if (!WatchedMetrics.isExported(selector, exported)) {
                missing.add(panel + ": " + selector);
              }
            }
          }
        });
    return missing;
  }

  private static String metrics() {
    return new String(gallery.get("/q/metrics").body(), StandardCharsets.UTF_8);
  }

  @Test
  void hasHealthMetricsApiAndPageOnOnePort() throws IOException {
    for (String path : List.of("/", "/q/health", "/q/metrics", "/q/openapi", "/q/swagger-ui/")) {
      assertEquals(200, gallery.get(path).statusCode(), path);
    }
    ApiDescription api = new ApiDescription(gallery.get("/q/openapi?format=json").body());
    api.assertDescribes(
        List.of(
            "/v1/images",
            "/v1/search",
            "/v1/labels",
            "/v1/models",
            "/v1/training/runs",
            "/v1/status"));
    api.assertEveryOperationHasAnIdOfItsOwn();
    api.assertEveryAnswerIsDescribed();
    api.assertSaysWhatItIs();
  }

  /// Waits until no image of another test is in flight, so that counters can be compared.
  private static void settle() {
    Await.until(
        "nothing lags",
        SOON,
        () ->
            gallery.status().at("/lag/images").asLong() == 0
                && gallery.status().at("/lag/embeddings").asLong() == 0);
  }

  private static boolean titledFirst(byte[] picture) {
    JsonNode hits = gallery.search(picture, 1, "").get("hits");
    return !hits.isEmpty() && hits.get(0).path("uri").asText().endsWith("tench.png");
  }
}
