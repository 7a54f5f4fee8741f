package io.sketchstream.benchmarks.rollout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// HTTP client of a drill.
///
/// **Threads:** any. **Owns:** its connections, until [#close].
public final class RolloutApi implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CALL_MAX = Duration.ofSeconds(30);
  private static final List<String> ARTIFACT = List.of("manifest.json", "model.safetensors");

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final Addresses addresses;

  public RolloutApi(Addresses addresses) {
    this.addresses = addresses;
  }

  /// A position in `images`.
  public record Position(int partition, long offset) {
    static Position parse(String token) {
      String[] parts = token.split(":");
      return new Position(Integer.parseInt(parts[0]), Long.parseLong(parts[1]));
    }
  }

  /// One hit of an answer.
  public record FoundImage(String imageId, float score) {}

  /// The answer to a search.
  ///
  /// @param stageMillis time of each stage, as the server reports it
  /// @param problem the problem detail of the server; empty for an answer
  public record Answer(
      int status,
      String queryId,
      String generation,
      List<FoundImage> hits,
      Map<String, Double> stageMillis,
      String problem) {
    boolean ok() {
      return status == 200;
    }
  }

  /// Adds or replaces an image; returns when Kafka has it.
  ///
  /// @throws IOException when it is not acknowledged
  public Position put(String id, byte[] image) throws IOException, InterruptedException {
    return written(
        request(addresses.ingest(), "/v1/images/" + id).PUT(BodyPublishers.ofByteArray(image)));
  }

  /// Removes an image.
  ///
  /// @throws IOException when it is not acknowledged
  public Position delete(String id) throws IOException, InterruptedException {
    return written(request(addresses.ingest(), "/v1/images/" + id).DELETE());
  }

  /// Searches by a picture of a sketch, without query expansion: the score of a hit is then that of
  /// the sketch and the image, and says which model made them.
  ///
  /// @param after position tokens that the answer must have seen; may be empty
  public Answer search(byte[] sketch, int k, String after, Duration timeout)
      throws IOException, InterruptedException {
    String query =
        "/v1/search?k=%d&timeout=%dms&expand=off%s"
            .formatted(
                k,
                timeout.toMillis(),
                after.isEmpty()
                    ? ""
                    : "&after=" + URLEncoder.encode(after, StandardCharsets.UTF_8));
    HttpResponse<byte[]> response =
        send(
            request(addresses.query(), query)
                .header("Content-Type", "image/png")
                .POST(BodyPublishers.ofByteArray(sketch)));
    JsonNode body = tree(response);
    List<FoundImage> hits = new ArrayList<>();
    body.path("hits")
        .forEach(hit ->
            hits.add(new FoundImage(hit.path("imageId").asText(), hit.path("score").floatValue())));
    Map<String, Double> stageMillis = new LinkedHashMap<>();
    body.path("timings")
        .properties()
        .forEach(stage -> stageMillis.put(stage.getKey(), stage.getValue().asDouble() / 1000));
    return new Answer(
        response.statusCode(),
        body.path("queryId").asText(),
        body.path("generation").asText(),
        hits,
        stageMillis,
        body.path("detail").asText());
  }

  /// Whether the active generation's index holds an image.
  ///
  /// @throws IOException when the answer is neither yes nor no
  public boolean isIndexed(String id) throws IOException, InterruptedException {
    HttpResponse<byte[]> response =
        send(request(addresses.query(), "/v1/images/" + id + "/similar?k=1").GET());
    return switch (response.statusCode()) {
      case 200 -> true;
      case 404 -> false;
      default -> throw unexpected(response);
    };
  }

  /// The generations, as the training service lists them.
  public JsonNode models() throws IOException, InterruptedException {
    return expect(200, request(addresses.training(), "/v1/models").GET());
  }

  /// One generation of that list.
  public Optional<JsonNode> model(String generation) throws IOException, InterruptedException {
    for (JsonNode model : models().path("models")) {
      if (model.path("generation").asText().equals(generation)) {
        return Optional.of(model);
      }
    }
    return Optional.empty();
  }

  /// Uploads a model, which starts its rollout.
  public void addModel(Path directory) throws IOException, InterruptedException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setLevel(0);
      for (String name : ARTIFACT) {
        zip.putNextEntry(new ZipEntry(name));
        Files.copy(directory.resolve(name), zip);
      }
    }
    expect(
        202,
        request(addresses.training(), "/v1/models")
            .header("Content-Type", "application/zip")
            .POST(BodyPublishers.ofByteArray(bytes.toByteArray())));
  }

  /// A command to the rollout, such as `/rollback` or `/g1/pause`.
  public void command(String path) throws IOException, InterruptedException {
    expect(200, request(addresses.training(), "/v1/models" + path).POST(BodyPublishers.noBody()));
  }

  /// Sends labels, one JSON object a line.
  public void label(String lines) throws IOException, InterruptedException {
    expect(
        202,
        request(addresses.ingest(), "/v1/labels")
            .header("Content-Type", "application/x-ndjson")
            .POST(BodyPublishers.ofString(lines)));
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  private Position written(HttpRequest.Builder request) throws IOException, InterruptedException {
    return Position.parse(expect(202, request).path("position").asText());
  }

  private static HttpRequest.Builder request(URI base, String path) {
    return HttpRequest.newBuilder(base.resolve(path)).timeout(CALL_MAX);
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return http.send(request.build(), BodyHandlers.ofByteArray());
  }

  private JsonNode expect(int status, HttpRequest.Builder request)
      throws IOException, InterruptedException {
    HttpResponse<byte[]> response = send(request);
    if (response.statusCode() != status) {
      throw unexpected(response);
    }
    return tree(response);
  }

  private static JsonNode tree(HttpResponse<byte[]> response) throws IOException {
    return response.body().length == 0 ? JSON.createObjectNode() : JSON.readTree(response.body());
  }

  private static IOException unexpected(HttpResponse<byte[]> response) {
    return new IOException(
        "%s %s answered %d: %s"
            .formatted(
                response.request().method(),
                response.uri(),
                response.statusCode(),
                new String(response.body(), StandardCharsets.UTF_8)));
  }
}
