package io.sketchstream.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sketchstream.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// A client that searches several replicas continuously: like a load balancer, it skips one that is
/// unreachable or overloaded, and it fails when none answers correctly.
///
/// **Threads:** owns one. **Owns:** its connections, until [#close].
final class SearchStream implements AutoCloseable {
  private static final Duration ANSWERS_MAX = Duration.ofMinutes(2);

  private final List<GalleryClient> replicas;
  private final byte[] sketch;
  private final String expected;
  private final List<String> failures = new CopyOnWriteArrayList<>();
  private final AtomicInteger answers = new AtomicInteger();
  private final Thread thread = Thread.ofPlatform().name("search-stream").unstarted(this::run);
  private volatile boolean closing;
  private int next;

  private SearchStream(List<URI> addresses, byte[] sketch, String expected) {
    this.replicas = addresses.stream().map(GalleryClient::new).toList();
    this.sketch = sketch;
    this.expected = expected;
  }

  /// @param expected id of the first hit of every search
  static SearchStream start(List<URI> addresses, byte[] sketch, String expected) {
    SearchStream stream = new SearchStream(addresses, sketch, expected);
    stream.thread.start();
    return stream;
  }

  /// Waits for some more answers.
  void awaitAnswers(int count) {
    int target = answers.get() + count;
    Await.until(
        count + " more answers",
        ANSWERS_MAX,
        () -> answers.get() >= target || !failures.isEmpty(),
        failures::toString);
  }

  int answers() {
    return answers.get();
  }

  List<String> failures() {
    return List.copyOf(failures);
  }

  @Override
  public void close() {
    closing = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    replicas.forEach(GalleryClient::close);
  }

  private void run() {
    while (!closing) {
      String first = search(replicas.get(next++ % replicas.size()));
      String failure = first.isEmpty() ? "" : search(replicas.get(next++ % replicas.size()));
      if (failure.isEmpty()) {
        answers.incrementAndGet();
      } else {
        failures.add(first + "; then " + failure);
      }
    }
  }

  /// Empty when all went well.
  private String search(GalleryClient replica) {
    try {
      HttpResponse<byte[]> response = replica.trySearch(sketch, 3, "");
      String body = new String(response.body(), StandardCharsets.UTF_8);
      if (response.statusCode() != 200) {
        return response.uri() + " " + response.statusCode() + " " + body;
      }
      JsonNode answer = new ObjectMapper().readTree(body);
      return answer.at("/hits/0/imageId").asText().equals(expected) ? "" : body;
    } catch (UncheckedIOException e) {
      return e.getMessage();
    } catch (IOException e) {
      return "no JSON: " + e.getMessage();
    }
  }
}
