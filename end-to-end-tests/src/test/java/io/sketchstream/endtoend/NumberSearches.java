package io.sketchstream.endtoend;

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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/// Searches for numbers continuously, at several query services in turn. Like a load balancer, it
/// tries the next one when a process cannot be reached; any answer but 200 is a failure.
///
/// **Threads:** owns a few, until [#close].
final class NumberSearches implements AutoCloseable {
  private static final int THREADS = 3;

  private final List<URI> services = new CopyOnWriteArrayList<>();
  private final int numbers;
  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicInteger incomplete = new AtomicInteger();
  private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
  private final List<Thread> threads = new ArrayList<>();
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final ObjectMapper json = new ObjectMapper();
  private volatile long lastIncompleteNanos = Long.MIN_VALUE;
  private volatile long slowestNanos;
  private volatile boolean stopped;

  /// @param numbers number of images
  NumberSearches(List<URI> services, int numbers) {
    this.services.addAll(services);
    this.numbers = numbers;
    for (int i = 0; i < THREADS; i++) {
      threads.add(Thread.ofPlatform().name("number-searches-" + i).start(this::run));
    }
  }

  void add(URI service) {
    services.add(service);
  }

  void remove(URI service) {
    services.remove(service);
  }

  int answered() {
    return answered.get();
  }

  int incomplete() {
    return incomplete.get();
  }

  /// When the last incomplete answer came, as [System#nanoTime]; [Long#MIN_VALUE] for never.
  long lastIncompleteNanos() {
    return lastIncompleteNanos;
  }

  List<String> failures() {
    return List.copyOf(failures);
  }

  @Override
  public String toString() {
    return "%d answered, %d of them incomplete, slowest %d ms, %d failed%s"
        .formatted(
            answered.get(),
            incomplete.get(),
            slowestNanos / 1_000_000,
            failures.size(),
            failures.isEmpty() ? "" : ": " + failures.stream().limit(5).toList());
  }

  private void run() {
    while (!stopped) {
      int number = ThreadLocalRandom.current().nextInt(numbers);
      try {
        search(number);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void search(int number) throws InterruptedException {
    List<URI> turn = new ArrayList<>(services);
    Collections.shuffle(turn, ThreadLocalRandom.current());
    String reason = "";
    for (URI service : turn) {
      long start = System.nanoTime();
      try {
        HttpResponse<String> response =
            http.send(
                HttpRequest.newBuilder(service.resolve("/v1/search?k=3&timeout=20s"))
                    .timeout(Duration.ofSeconds(30))
                    .header("Content-Type", "image/png")
                    .POST(BodyPublishers.ofString(Integer.toString(number)))
                    .build(),
                BodyHandlers.ofString());
        slowestNanos = Math.max(slowestNanos, System.nanoTime() - start);
        judge(number, service, response);
        return;
      } catch (IOException e) {
        reason = service + " " + e;
      }
    }
    failures.add("nobody can be reached, last " + reason);
  }

  private void judge(int number, URI service, HttpResponse<String> response) throws IOException {
    if (response.statusCode() != 200) {
      failures.add(service + " " + response.statusCode() + " " + response.body());
      return;
    }
    JsonNode answer = json.readTree(response.body());
    answered.incrementAndGet();
    if (answer.at("/shards/answered").asInt() < answer.at("/shards/total").asInt()) {
      incomplete.incrementAndGet();
      lastIncompleteNanos = System.nanoTime();
    } else if (!answer.at("/hits/0/imageId").asText().equals("i" + number)) {
      failures.add(service + " did not find i" + number + ": " + response.body());
    }
  }

  @Override
  public void close() throws InterruptedException {
    stopped = true;
    for (Thread thread : threads) {
      thread.join();
    }
    http.close();
  }
}
