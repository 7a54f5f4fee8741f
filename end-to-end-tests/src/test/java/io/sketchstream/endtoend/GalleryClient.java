package io.sketchstream.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/// HTTP client of the public API.
///
/// **Threads:** any. **Owns:** its connections, until [#close].
final class GalleryClient implements AutoCloseable {
  private static final Duration REQUEST_MAX = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI ingest;
  private final URI query;
  private final Map<String, String> headers;

  /// @param address of a server that has everything
  GalleryClient(URI address) {
    this(address, address);
  }

  GalleryClient(URI ingest, URI query) {
    this(ingest, query, Map.of());
  }

  /// @param headers of all requests
  GalleryClient(URI ingest, URI query, Map<String, String> headers) {
    this.ingest = ingest;
    this.query = query;
    this.headers = Map.copyOf(headers);
  }

  /// The answer to a write.
  record Written(String imageId, String position, String status) {}

  Written put(String id, byte[] image) {
    HttpRequest.Builder request = request(ingest, "/v1/images/" + id);
    JsonNode answer =
        json(
            send(
                request.header("Content-Type", "image/png").PUT(BodyPublishers.ofByteArray(image))),
            202);
    return written(answer);
  }

  Written delete(String id) {
    return written(json(send(request(ingest, "/v1/images/" + id).DELETE()), 202));
  }

  /// The canonical JPEG, and so a status of 200 or 404.
  HttpResponse<byte[]> image(String id) {
    return send(request(ingest, "/v1/images/" + id).GET());
  }

  /// @param after position tokens that the answer must have seen; may be empty
  JsonNode search(byte[] sketch, int k, String after) {
    return json(trySearch(sketch, k, after), 200);
  }

  /// What looks like a photo; the photo itself comes first.
  JsonNode searchByPhoto(byte[] photo, int k) {
    return searchByPhoto(photo, k, "");
  }

  /// @param after position tokens that the answer must have seen; may be empty
  JsonNode searchByPhoto(byte[] photo, int k, String after) {
    return json(trySearchByPhoto(photo, k, after), 200);
  }

  /// @param after position tokens that the answer must have seen; may be empty
  HttpResponse<byte[]> trySearchByPhoto(byte[] photo, int k, String after) {
    return trySearch(photo, "&photo=true", k, after);
  }

  HttpResponse<byte[]> trySearch(byte[] sketch, int k, String after) {
    return trySearch(sketch, "", k, after);
  }

  private HttpResponse<byte[]> trySearch(byte[] picture, String kind, int k, String after) {
    String tokens = after.isEmpty() ? "" : "&after=" + encode(after);
    HttpRequest.Builder request =
        request(query, "/v1/search?timeout=20s&k=" + k + kind + tokens)
            .header("Content-Type", "image/png");
    return send(request.POST(BodyPublishers.ofByteArray(picture)));
  }

  JsonNode similar(String id, int k) {
    return json(send(request(query, "/v1/images/" + id + "/similar?k=" + k).GET()), 200);
  }

  JsonNode status() {
    return json(send(request(query, "/v1/status").GET()), 200);
  }

  /// How many images the gallery has.
  long count() {
    return json(send(request(ingest, "/v1/gallery").GET()), 200).get("count").asLong();
  }

  /// The sum of a metric over its tags; 0 when it is not there yet.
  double metric(String name) {
    String text =
        new String(send(request(query, "/q/metrics").GET()).body(), StandardCharsets.UTF_8);
    return text.lines()
        .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  HttpResponse<byte[]> get(String path) {
    return send(request(query, path).GET());
  }

  /// Registers a standing query.
  ///
  /// @param parameters of the URL
  /// @param sketch may be empty
  JsonNode watch(String parameters, byte[] sketch) {
    HttpRequest.Builder request = request(query, "/v1/standing-queries?" + parameters);
    BodyPublisher body =
        sketch.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(sketch);
    return json(send(request.header("Content-Type", "image/png").POST(body)), 201);
  }

  /// Ids of the images that a standing query matched, newest first.
  List<String> matches(String queryId) {
    JsonNode answer =
        json(
            send(request(query, "/v1/standing-queries/" + queryId + "/matches?limit=1000").GET()),
            200);
    return answer.get("matches").valueStream().map(hit -> hit.get("imageId").asText()).toList();
  }

  /// Ids of the hits, best first.
  static List<String> ids(JsonNode answer) {
    return StreamSupport.stream(answer.get("hits").spliterator(), false)
        .map(hit -> hit.get("imageId").asText())
        .toList();
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  private static Written written(JsonNode answer) {
    return new Written(
        answer.get("imageId").asText(),
        answer.path("position").asText(""),
        answer.get("status").asText());
  }

  private HttpRequest.Builder request(URI base, String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path)).timeout(REQUEST_MAX);
    headers.forEach(request::header);
    return request;
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode json(HttpResponse<byte[]> response, int expected) {
    String body = new String(response.body(), StandardCharsets.UTF_8);
    if (response.statusCode() != expected) {
      throw new AssertionError(
          response.request().method()
              + " "
              + response.uri()
              + " answered "
              + response.statusCode()
              + ", not "
              + expected
              + ": "
              + body);
    }
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
