package io.sketchstream.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sketchstream.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Fills a gallery with titled photos.
///
/// **Threads:** any. **Owns:** its connections, until [#close].
final class GalleryFiller implements AutoCloseable {
  private static final Pattern POSITION = Pattern.compile("\"position\"\\s*:\\s*\"([^\"]+)\"");
  private static final Duration SEARCHABLE_MAX = Duration.ofMinutes(1);

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI address;

  GalleryFiller(URI address) {
    this.address = address;
  }

  /// Puts a photo into the gallery and waits until it can be found.
  ///
  /// @param title letters, digits and spaces
  /// @param tags letters and digits
  void put(String title, byte[] photo, String... tags) {
    String path = "/v1/images/" + title.replace(' ', '-');
    String query = "?title=" + title.replace(" ", "%20") + "&tags=" + String.join(",", tags);
    URI put = address.resolve(path + query);
    HttpResponse<String> accepted =
        send(HttpRequest.newBuilder(put).PUT(BodyPublishers.ofByteArray(photo)).build());
    assertEquals(202, accepted.statusCode(), accepted.body());
    Matcher position = POSITION.matcher(accepted.body());
    String after = position.find() ? "&after=" + position.group(1) : "";
    URI similar = address.resolve(path + "/similar?k=1" + after);
    HttpRequest find = HttpRequest.newBuilder(similar).build();
    Await.until(title + " is searchable", SEARCHABLE_MAX, () -> send(find).statusCode() == 200);
  }

  /// How many examples of each class are labelled, as JSON.
  String labels() {
    return send(HttpRequest.newBuilder(address.resolve("/v1/training/labels")).build()).body();
  }

  @Override
  public void close() {
    http.close();
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return http.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
