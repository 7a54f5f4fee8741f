package io.sketchstream.query.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sketchstream.shell.access.Access;
import io.sketchstream.shell.calls.BoundedCall;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.OptionalLong;

/// Asks the ingest service how many images the gallery holds: compacted topics can't be counted.
final class GalleryCount implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofMillis(500);
  private static final int ANSWER_SIZE_MAX = 64 << 10;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT).build();
  private final ObjectMapper json = new ObjectMapper();
  private final HttpRequest request;

  /// @param ingestAddress base URL of the ingest service
  /// @param access the token that it requires
  GalleryCount(String ingestAddress, Access access) {
    request =
        access
            .show(HttpRequest.newBuilder(URI.create(ingestAddress + "/v1/gallery")))
            .timeout(TIMEOUT)
            .header("Accept", "application/json")
            .build();
  }

  /// Empty when the ingest service does not answer.
  OptionalLong count() throws InterruptedException {
    try {
      HttpResponse<byte[]> response = BoundedCall.send(client, request, TIMEOUT, ANSWER_SIZE_MAX);
      if (response.statusCode() != 200) {
        return OptionalLong.empty();
      }
      JsonNode count = json.readTree(response.body()).path("count");
      return count.isIntegralNumber() ? OptionalLong.of(count.longValue()) : OptionalLong.empty();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
