package io.sketchstream.benchmarks.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/// HTTP client of a running installation.
final class Api implements AutoCloseable {
  private static final Duration INDEXED_MAX = Duration.ofMinutes(20);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final String base;

  Api(String base) {
    this.base = base;
  }

  /// Adds an image; returns when Kafka has it.
  JsonNode putImage(String id, byte[] image) throws IOException, InterruptedException {
    return JSON.readTree(
        expect(
                202,
                request("/v1/images/" + id)
                    .header("Content-Type", "image/jpeg")
                    .PUT(BodyPublishers.ofByteArray(image)))
            .body());
  }

  /// Whether a search finds this image.
  boolean isSearchable(String id) throws IOException, InterruptedException {
    int status =
        http.send(
                request("/v1/images/" + id + "/similar?k=1").GET().build(),
                BodyHandlers.discarding())
            .statusCode();
    return status == 200;
  }

  /// Searches by strokes.
  JsonNode search(String strokes, int k) throws IOException, InterruptedException {
    return search(strokes, k, "auto");
  }

  /// Searches by strokes.
  ///
  /// @param expand `auto`, `on` or `off`
  JsonNode search(String strokes, int k, String expand) throws IOException, InterruptedException {
    return JSON.readTree(
        expect(
                200,
                request("/v1/search?k=" + k + "&expand=" + expand)
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(strokes)))
            .body());
  }

  /// How many standing queries have a state.
  long standingQueries(String state) throws IOException, InterruptedException {
    return JSON.readTree(expect(200, request("/v1/standing-queries").GET()).body())
        .path("standingQueries")
        .valueStream()
        .filter(query -> query.path("state").asText().equals(state))
        .count();
  }

  JsonNode status() throws IOException, InterruptedException {
    return JSON.readTree(expect(200, request("/v1/status").GET()).body());
  }

  /// Waits until so many images are in the index.
  void awaitIndexed(int images) throws IOException, InterruptedException {
    long start = System.nanoTime();
    while (status().path("images").path("indexed").asLong() < images) {
      if (System.nanoTime() - start > INDEXED_MAX.toNanos()) {
        throw new IllegalStateException(images + " images not indexed after " + INDEXED_MAX);
      }
      Thread.sleep(500);
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(30));
  }

  private HttpResponse<String> expect(int status, HttpRequest.Builder request)
      throws IOException, InterruptedException {
    HttpRequest built = request.build();
    HttpResponse<String> response = http.send(built, BodyHandlers.ofString());
    if (response.statusCode() != status) {
      throw new IOException(
          built.method()
              + " "
              + built.uri()
              + " answered "
              + response.statusCode()
              + ": "
              + response.body());
    }
    return response;
  }

  @Override
  public void close() {
    http.close();
  }
}
