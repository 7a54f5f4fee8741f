package io.sketchstream.query.scatter;

import io.opentelemetry.context.Scope;
import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.ShardsAnswered;
import io.sketchstream.events.ShardsAsked;
import io.sketchstream.shell.access.Access;
import io.sketchstream.shell.tracing.Step;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;

/// The query services of this installation by address: this one directly, others over HTTP.
///
/// **Threads:** any may ask; owns a virtual thread for each question to this process. **Owns:**
/// connections, until [#close].
public final class Peers implements AutoCloseable {
  /// Where a query service answers others.
  public static final String PATH = "/internal/v1/shards";

  /// Protobuf over HTTP.
  public static final String MEDIA_TYPE = "application/x-protobuf";

  /// Names the shards that are asked, in traces.
  public static final String SHARDS = "sketchstream.shards";

  private static final Duration CONNECT_MAX = Duration.ofSeconds(2);

  private static final Logger LOG = Logger.getLogger(Peers.class);

  private final LocalShards here;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("query-shards-", 0).factory());
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_MAX)
          .executor(threads)
          .build();
  private final Semaphore requests;
  private final Access access;

  /// @param requestsMax requests to other processes at once
  /// @param access what the others want to be shown
  public Peers(LocalShards here, int requestsMax, Access access) {
    this.here = here;
    this.access = access;
    this.requests = new Semaphore(requestsMax);
  }

  /// @param address `host:port` of a process
  /// @param self whether it is this one
  ShardPeer peer(String address, boolean self) {
    return self ? this::askHere : question -> askThere(address, question);
  }

  private CompletableFuture<ShardsAnswered> askHere(ShardsAsked question) {
    CompletableFuture<ShardsAnswered> answer = new CompletableFuture<>();
    Step whole = Step.current();
    threads.execute(() -> {
      try (Scope _ = whole.enter()) {
        answer.complete(answerHere(question));
      } catch (RuntimeException e) {
        answer.completeExceptionally(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        answer.cancel(false);
      }
    });
    return answer;
  }

  /// Asks this process's own shards on the caller's thread.
  ShardsAnswered answerHere(ShardsAsked question) throws InterruptedException {
    try (Step _ = Step.current().part("search shards").with(SHARDS, question.getShardsList())) {
      return here.answer(question);
    } catch (RuntimeException e) {
      LOG.error("a question to this process's own shards failed", e);
      throw e;
    }
  }

  private CompletableFuture<ShardsAnswered> askThere(String address, ShardsAsked question) {
    if (!requests.tryAcquire()) {
      return CompletableFuture.failedFuture(new BusyException());
    }
    Step step =
        Step.current()
            .call("POST " + PATH)
            .with("server.address", address)
            .with(SHARDS, question.getShardsList());
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://" + address + PATH))
            .timeout(Duration.ofNanos(question.getTimeoutMicros() * 1000).plusMillis(1))
            .header("Content-Type", MEDIA_TYPE)
            .header("Accept", MEDIA_TYPE)
            .POST(BodyPublishers.ofByteArray(question.toByteArray()));
    if (!step.traceparent().isEmpty()) {
      request.header(EventHeaders.TRACEPARENT, step.traceparent());
    }
    CompletableFuture<HttpResponse<byte[]>> sent =
        client.sendAsync(access.show(request).build(), BodyHandlers.ofByteArray());
    CompletableFuture<ShardsAnswered> answer = sent.thenApply(Peers::read);
    answer.whenComplete((_, failure) -> {
      if (failure != null) {
        step.failed(failure.toString());
      }
      step.close();
      requests.release();
      sent.cancel(true); // Only when nobody waits any more has this an effect.
    });
    return answer;
  }

  private static ShardsAnswered read(HttpResponse<byte[]> response) {
    try {
      if (response.statusCode() != 200) {
        throw new IOException(response.uri() + " answered " + response.statusCode());
      }
      return ShardsAnswered.parseFrom(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// This process asks as many already as it may; says nothing of the other.
  static final class BusyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BusyException() {
      super("as many requests to other query services as may run do", null, false, false);
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
    threads.shutdownNow();
  }
}
