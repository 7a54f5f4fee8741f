package io.sketchstream.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sketchstream.endtoend.FaultLedger.Entry;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/// Searches for images by their own drawings, which nothing is more like, each with the tokens of
/// all that was acknowledged by then, and compares the answer with what the gallery must be.
///
/// **Threads:** one of its own. **Owns:** it and its connections, until [#close].
final class FaultReader implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  /// After its timeout, on a machine that is busy.
  private static final Duration GRACE = Duration.ofSeconds(60);

  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<FaultInstance> services;
  private final FaultLedger ledger;
  private final FaultTally tally;
  private final FaultRollout rollout;
  private final Random random;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final Thread thread;
  private volatile boolean stopping;

  /// @param rollout knows what generations there are
  FaultReader(
      List<FaultInstance> services,
      FaultLedger ledger,
      FaultTally tally,
      FaultRollout rollout,
      long seed) {
    this.services = List.copyOf(services);
    this.rollout = rollout;
    this.ledger = ledger;
    this.tally = tally;
    this.random = new Random(seed);
    this.thread = Thread.ofPlatform().name("fault-reader").start(this::run);
  }

  private void run() {
    while (!stopping) {
      ledger.any(random).filter(entry -> entry.known() && !entry.pending()).ifPresent(this::read);
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private void read(Entry before) {
    FaultInstance service = services.get(random.nextInt(services.size()));
    boolean disturbed = service.disturbed();
    String tokens = URLEncoder.encode(ledger.tokens(), StandardCharsets.UTF_8);
    URI address =
        service
            .address()
            .resolve(
                "/v1/search?photo=true&k=5&complete=true&expand=off&timeout=%ds&after=%s"
                    .formatted(TIMEOUT.toSeconds(), tokens));
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .timeout(TIMEOUT.plus(GRACE))
            .header("Content-Type", "image/png")
            .POST(BodyPublishers.ofByteArray(before.picture()))
            .build();
    try {
      HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
      if (response.statusCode() == 200) {
        judge(before, JSON.readTree(response.body()));
      } else {
        refused(response);
      }
    } catch (ConnectException e) {
      tally.refused(); // It was killed.
    } catch (HttpTimeoutException e) {
      if (disturbed || service.disturbed()) {
        tally.refused();
      } else {
        tally.violation("unanswered", service.name() + " has not answered " + request);
      }
    } catch (IOException e) {
      tally.refused();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void refused(HttpResponse<String> response) {
    switch (response.statusCode()) {
      case 408, 429, 503, 504 -> tally.refused();
      default -> tally.violation("refused", response + " " + response.body());
    }
  }

  private void judge(Entry before, JsonNode answer) {
    tally.searched();
    String generation = answer.path("generation").asText();
    if (!rollout.isKnown(generation)) {
      tally.violation("mixed", "an answer of generation " + generation);
    }
    Set<String> ids = new HashSet<>();
    String title = null;
    for (JsonNode hit : answer.path("hits")) {
      String id = hit.path("imageId").asText();
      if (!ids.add(id)) {
        tally.violation("doubled", id + " in " + answer);
      }
      if (id.equals(before.id())) {
        title = hit.path("title").asText();
      }
    }
    Optional<Entry> after = ledger.find(before.id());
    if (after.isEmpty() || !after.get().equals(before)) {
      return; // It was written meanwhile.
    }
    String expected = before.live() ? before.title() : null;
    if (expected == null ? title != null : !expected.equals(title)) {
      String kind = expected == null ? "resurrected" : title == null ? "lost" : "stale";
      tally.violation(kind, before + " is not as it was acknowledged in " + answer);
    }
  }

  @Override
  public void close() {
    stopping = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    http.close();
  }
}
