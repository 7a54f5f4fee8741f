package io.sketchstream.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A caller of another address who searches all the time, one search after the other.
///
/// **Threads:** one of its own. **Owns:** its connections, until [#close].
final class Bystander implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final byte[] SKETCH =
      "[[[10,200,120],[20,40,220]],[[5,90],[7,60]]]".getBytes(UTF_8);

  private final HttpClient http;
  private final URI search;
  private final List<Double> millis = Collections.synchronizedList(new ArrayList<>());
  private final List<String> failures = Collections.synchronizedList(new ArrayList<>());
  private final Thread thread;
  private volatile boolean stopped;

  Bystander(URI address) {
    try {
      http =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .localAddress(InetAddress.getByName("127.0.0.2"))
              .build();
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
    search = address.resolve("/v1/search?k=3&timeout=20s");
    thread = Thread.ofVirtual().name("bystander").start(this::run);
  }

  /// The slowest answer but for one in a hundred since the last call, in milliseconds.
  double p99() {
    List<Double> sorted;
    synchronized (millis) {
      sorted = new ArrayList<>(millis);
      millis.clear();
    }
    Collections.sort(sorted);
    return sorted.isEmpty() ? 0 : sorted.get((int) Math.ceil(0.99 * sorted.size()) - 1);
  }

  /// The searches that were not answered.
  List<String> failures() {
    return List.copyOf(failures);
  }

  /// How many were answered since the last [#p99].
  int answered() {
    return millis.size();
  }

  @Override
  public void close() {
    stopped = true;
    http.shutdownNow();
    thread.interrupt();
  }

  private void run() {
    HttpRequest request =
        HttpRequest.newBuilder(search)
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(SKETCH))
            .build();
    while (!stopped) {
      long start = System.nanoTime();
      try {
        HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
        if (answer.statusCode() == 200) {
          millis.add((System.nanoTime() - start) / 1e6);
        } else {
          failures.add(answer.statusCode() + " " + answer.body());
        }
      } catch (IOException e) {
        if (!stopped) {
          failures.add(e.toString());
        }
      } catch (InterruptedException e) {
        return;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }
}
