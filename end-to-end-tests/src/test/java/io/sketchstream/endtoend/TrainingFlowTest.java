package io.sketchstream.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sketchstream.testing.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// From labels to an active generation, in one `sketchstream up` that is killed during the training
/// and searched continuously.
final class TrainingFlowTest {
  private static final Duration TRAINED_MAX = Duration.ofMinutes(12);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> SETTINGS =
      List.of(
          // A dozen iterations give no better model, so the gate accepts any.
          "-Dtraining.gate.margin=-1",
          "-Dtraining.rollout.comparison.enabled=false",
          "-Dtraining.rollout.watch.window=0s",
          "-Dtraining.gate.queries-min=4",
          "-Dtraining.run.checkpoint-every=1ms",
          "-Dtraining.run.recipe.iterations=12",
          "-Dtraining.run.recipe.runs=1",
          "-Dtraining.run.recipe.classesPerBatch=3",
          "-Dtraining.run.recipe.picturesPerDomain=1");

  @TempDir private Path directory;

  @Test
  void trainsFromLabelsAcrossACrashAndServesTheModel() throws Exception {
    Path home = directory.resolve("home");
    Map<String, List<LabelledShapes.Pair>> classes = LabelledShapes.classes(6, 6);
    String runId;
    String before;
    try (StandaloneProcess first = StandaloneProcess.start(home, SETTINGS);
        HttpClient http = HttpClient.newHttpClient()) {
      bringIn(http, first.address(), classes);
      assertEquals(6, get(http, first.address(), "/v1/training/labels").path("classes").size());
      JsonNode run = post(http, first.address(), "/v1/training/runs", "{}", 202);
      runId = run.path("id").asText();
      before = run.path("baseGeneration").asText();
      Await.until(
          "the run has a checkpoint behind it",
          TRAINED_MAX,
          () -> {
            JsonNode now = get(http, first.address(), "/v1/training/runs/" + runId);
            return now.path("phase").asText().equals("train") && now.path("done").asInt() >= 4;
          });
      first.kill();
    }
    try (StandaloneProcess second = StandaloneProcess.start(home, SETTINGS);
        HttpClient http = HttpClient.newHttpClient();
        Searcher searcher = new Searcher(second.address())) {
      Await.until(
          "the run has ended",
          TRAINED_MAX,
          () ->
              !get(http, second.address(), "/v1/training/runs/" + runId)
                  .path("state")
                  .asText()
                  .equals("RUNNING"));
      JsonNode run = get(http, second.address(), "/v1/training/runs/" + runId);
      assertEquals("PROMOTED", run.path("state").asText(), run::toString);
      assertEquals(1, run.path("restarts").asInt(), run::toString);
      String after = run.path("generation").asText();
      Await.until(
          "the new generation answers",
          TRAINED_MAX,
          () -> get(http, second.address(), "/v1/models").path("active").asText().equals(after));
      assertFalse(after.equals(before));
      searcher.untilAnsweredBy(after);

      JsonNode report = get(http, second.address(), "/v1/models/" + after + "/report.json");
      assertEquals(36, report.at("/dataset/photos").asInt(), report::toString);
      HttpResponse<String> text =
          send(
              http,
              HttpRequest.newBuilder(second.address().resolve("/v1/models/" + after + "/report")));
      assertTrue(text.body().contains("Promoted"), text.body());
      assertEquals(List.of(), searcher.failures());

      // A worse one changes nothing, and the model of this release does not come back at a restart.
      JsonNode refused =
          post(http, second.address(), "/v1/training/runs", "{\"network\":\"resnet50\"}", 400);
      assertTrue(refused.path("detail").asText().contains("network"), refused::toString);
      assertEquals(0, second.stop(), second.process()::report);
      assertFalse(second.process().crashed());
    }
    try (StandaloneProcess third = StandaloneProcess.start(home, SETTINGS);
        HttpClient http = HttpClient.newHttpClient()) {
      JsonNode models = get(http, third.address(), "/v1/models");
      assertFalse(models.path("active").asText().equals(before), models::toString);
    }
  }

  private static void bringIn(
      HttpClient http, URI address, Map<String, List<LabelledShapes.Pair>> classes)
      throws IOException {
    StringBuilder labels = new StringBuilder();
    for (var entry : new TreeMap<>(classes).entrySet()) {
      int number = 0;
      for (LabelledShapes.Pair pair : entry.getValue()) {
        String id = entry.getKey() + "-" + number++;
        HttpResponse<String> put =
            send(
                http,
                HttpRequest.newBuilder(address.resolve("/v1/images/" + id))
                    .PUT(BodyPublishers.ofByteArray(pair.photo())));
        assertEquals(202, put.statusCode(), put.body());
        Map<String, String> photo = Map.of("imageId", id, "class", entry.getKey());
        Map<String, String> sketch =
            Map.of(
                "sketch",
                Base64.getEncoder().encodeToString(pair.sketch()),
                "class",
                entry.getKey());
        labels.append(JSON.writeValueAsString(photo)).append('\n');
        labels.append(JSON.writeValueAsString(sketch)).append('\n');
      }
    }
    JsonNode accepted = post(http, address, "/v1/labels", labels.toString(), 202);
    assertEquals(72, accepted.path("accepted").asInt(), accepted::toString);
  }

  private static JsonNode get(HttpClient http, URI address, String path) {
    return json(send(http, HttpRequest.newBuilder(address.resolve(path))), 200);
  }

  private static JsonNode post(
      HttpClient http, URI address, String path, String body, int expected) {
    return json(
        send(
            http,
            HttpRequest.newBuilder(address.resolve(path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))),
        expected);
  }

  private static JsonNode json(HttpResponse<String> response, int expected) {
    assertEquals(expected, response.statusCode(), response.body());
    try {
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new AssertionError(response.body(), e);
    }
  }

  private static HttpResponse<String> send(HttpClient http, HttpRequest.Builder request) {
    try {
      return http.send(
          request.timeout(Duration.ofMinutes(1)).build(),
          BodyHandlers.ofString(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Searches continuously and records failures.
  private static final class Searcher implements AutoCloseable {
    private final GalleryClient gallery;
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final AtomicInteger searches = new AtomicInteger();
    private final List<String> failures = Collections.synchronizedList(new ArrayList<>());
    private final List<String> generations = Collections.synchronizedList(new ArrayList<>());
    private final Thread thread;

    Searcher(URI address) {
      gallery = new GalleryClient(address);
      byte[] sketch = LabelledShapes.classes(1, 1).values().iterator().next().getFirst().sketch();
      thread =
          Thread.ofVirtual()
              .start(() -> {
                while (!stopping.get()) {
                  search(sketch);
                }
              });
    }

    private void search(byte[] sketch) {
      HttpResponse<byte[]> answer = gallery.trySearch(sketch, 3, "");
      String body = new String(answer.body(), StandardCharsets.UTF_8);
      searches.incrementAndGet();
      if (answer.statusCode() != 200) {
        failures.add(answer.statusCode() + ": " + body);
        return;
      }
      try {
        generations.add(JSON.readTree(body).path("generation").asText());
      } catch (IOException e) {
        failures.add(body);
      }
    }

    void untilAnsweredBy(String generation) {
      Await.until(
          generation + " answers a search",
          Duration.ofMinutes(3),
          () -> !generations.isEmpty() && generations.getLast().equals(generation));
    }

    List<String> failures() {
      assertTrue(searches.get() > 10, "hardly anything was searched");
      return List.copyOf(failures);
    }

    @Override
    public void close() throws InterruptedException {
      stopping.set(true);
      thread.join();
      gallery.close();
    }
  }
}
