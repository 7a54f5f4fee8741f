package io.sketchstream.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sketchstream.endtoend.FaultLedger.Entry;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/// Puts images in, replaces them, removes them and puts removed ones back, each at any instance of
/// ingest until one acknowledges it.
///
/// **Threads:** one of its own. **Owns:** it and its connections, until [#close].
final class FaultWriter implements AutoCloseable {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(40);
  private static final Duration PAUSE = Duration.ofMillis(150);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String prefix;
  private final List<URI> services;
  private final FaultLedger ledger;
  private final FaultTally tally;
  private final Random random;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final List<String> ids = new ArrayList<>();
  private final Thread thread;
  private volatile boolean stopping;

  /// @param prefix of its ids: no other writer writes those
  FaultWriter(String prefix, List<URI> services, FaultLedger ledger, FaultTally tally, long seed) {
    this.prefix = prefix;
    this.services = List.copyOf(services);
    this.ledger = ledger;
    this.tally = tally;
    this.random = new Random(seed);
    this.thread = Thread.ofPlatform().name("fault-writer-" + prefix).start(this::run);
  }

  private void run() {
    while (!stopping) {
      write();
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private void write() {
    Entry entry = ids.isEmpty() ? null : ledger.find(ids.get(random.nextInt(ids.size()))).get();
    double choice = random.nextDouble();
    if (entry == null || entry.settled() || choice < .4) {
      String id = prefix + ids.size();
      ids.add(id);
      insist(Entry.wanted(id, 0, true));
    } else if (!entry.live()) { // The same again, which is not unchanged.
      insist(Entry.wanted(entry.id(), entry.version(), true));
    } else if (choice < .7) {
      insist(Entry.wanted(entry.id(), entry.version() + 1, true));
    } else {
      insist(Entry.wanted(entry.id(), entry.version(), false));
    }
  }

  private enum Answer {
    ACKNOWLEDGED,
    /// It surely did not happen.
    REFUSED,
    /// It may have happened, or happen later.
    UNKNOWN
  }

  /// Tries until it is acknowledged, or the writer is closed.
  private void insist(Entry wanted) {
    ledger.begin(wanted.id(), wanted.version(), wanted.live());
    int service = random.nextInt(services.size());
    boolean unknown = false;
    while (!stopping) {
      Answer answer = attempt(services.get(service % services.size()), wanted, unknown);
      if (answer == Answer.ACKNOWLEDGED) {
        tally.wrote();
        return;
      }
      if (answer == Answer.UNKNOWN) {
        unknown = true;
        ledger.unanswered(wanted.id());
      }
      service++;
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    ledger.unanswered(wanted.id()); // What was tried may happen yet.
  }

  /// @param repeated whether an attempt before may have happened
  private Answer attempt(URI service, Entry wanted, boolean repeated) {
    URI address = service.resolve("/v1/images/" + wanted.id());
    HttpRequest.Builder request =
        wanted.live()
            ? HttpRequest.newBuilder(
                    URI.create(address + "?title=" + wanted.title().replace(" ", "%20")))
                .header("Content-Type", "image/png")
                .PUT(BodyPublishers.ofByteArray(wanted.picture()))
            : HttpRequest.newBuilder(address).DELETE();
    try {
      HttpResponse<String> response =
          http.send(request.timeout(ANSWER_MAX).build(), BodyHandlers.ofString());
      return judge(wanted, response, repeated);
    } catch (ConnectException e) {
      return Answer.REFUSED;
    } catch (IOException e) {
      return Answer.UNKNOWN;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Answer judge(Entry wanted, HttpResponse<String> response, boolean repeated)
      throws IOException {
    return switch (response.statusCode()) {
      case 202 -> {
        JsonNode answer = JSON.readTree(response.body());
        ledger.acknowledged(
            wanted.id(), wanted.version(), wanted.live(), answer.path("position").asText(""));
        yield Answer.ACKNOWLEDGED;
      }
      case 404 -> {
        if (!repeated) {
          tally.violation(
              "lost", wanted.id() + " is to be removed, and ingest does not have it: " + response);
        }
        ledger.acknowledged(wanted.id(), wanted.version(), wanted.live(), "");
        yield Answer.ACKNOWLEDGED;
      }
      case 429 -> Answer.REFUSED;
      case 503, 408, 500 -> Answer.UNKNOWN;
      default -> {
        tally.violation("refused", response + " " + response.body());
        yield Answer.UNKNOWN;
      }
    };
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
