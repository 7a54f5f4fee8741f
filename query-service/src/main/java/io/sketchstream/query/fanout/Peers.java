package io.sketchstream.query.fanout;

import io.opentelemetry.context.Scope;
import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.ShardReply;
import io.sketchstream.events.ShardsAnswered;
import io.sketchstream.shell.access.Access;
import io.sketchstream.shell.calls.BoundedCall;
import io.sketchstream.shell.tracing.Step;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;

/// The query services of this installation by address: this one directly, others over HTTP.
///
/// **Threads:** any may ask; owns a virtual thread for each request to this process. **Owns:**
/// connections, until [#close].
public final class Peers implements AutoCloseable {
  /// Path at which a query service answers others.
  public static final String PATH = "/internal/v1/shards";

  /// Protobuf over HTTP.
  public static final String MEDIA_TYPE = "application/x-protobuf";

  /// Names the shards that are asked, in traces.
  public static final String SHARDS = "sketchstream.shards";

  private static final Duration CONNECT_MAX = Duration.ofSeconds(2);

  /// Largest answer of another process, in bytes: 1,000 hits with attributes of 64 KB each.
  private static final int ANSWER_SIZE_MAX = 64 << 20;

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
  /// @param access the token that the others require
  public Peers(LocalShards here, int requestsMax, Access access) {
    this.here = here;
    this.access = access;
    this.requests = new Semaphore(requestsMax);
  }

  /// Asks this process's own shards on another thread.
  CompletableFuture<Collection<ShardReply>> askHere(ShardRequest request) {
    CompletableFuture<Collection<ShardReply>> answer = new CompletableFuture<>();
    Step whole = Step.current();
    threads.execute(() -> {
      try (Scope _ = whole.enter()) {
        answer.complete(answerHere(request));
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
  Collection<ShardReply> answerHere(ShardRequest request) throws InterruptedException {
    try (Step _ =
        Step.current().part("search shards").with(SHARDS, List.copyOf(request.shards()))) {
      return here.answer(request);
    } catch (RuntimeException e) {
      LOG.error("a request to this process's own shards failed", e);
      throw e;
    }
  }

  /// Asks the shards of another process.
  ///
  /// @param address `host:port`
  CompletableFuture<Collection<ShardReply>> askThere(String address, ShardRequest request) {
    if (!requests.tryAcquire()) {
      return CompletableFuture.failedFuture(new BusyException());
    }
    Step step =
        Step.current()
            .call("POST " + PATH)
            .with("server.address", address)
            .with(SHARDS, List.copyOf(request.shards()));
    Duration max = Duration.ofNanos(Math.max(0, request.nanosLeft())).plusMillis(1);
    HttpRequest.Builder http =
        HttpRequest.newBuilder(URI.create("http://" + address + PATH))
            .timeout(max)
            .header("Content-Type", MEDIA_TYPE)
            .header("Accept", MEDIA_TYPE)
            .POST(BodyPublishers.ofByteArray(request.toMessage().toByteArray()));
    if (!step.traceparent().isEmpty()) {
      http.header(EventHeaders.TRACEPARENT, step.traceparent());
    }
    CompletableFuture<HttpResponse<byte[]>> sent =
        BoundedCall.begin(client, access.show(http).build(), max, ANSWER_SIZE_MAX);
    CompletableFuture<Collection<ShardReply>> answer = sent.thenApply(Peers::read);
    answer.whenComplete((_, failure) -> {
      if (failure != null) {
        step.failed(failure.toString());
      }
      step.close();
      requests.release();
      sent.cancel(true); // Has an effect only where the caller gave up.
    });
    return answer;
  }

  private static Collection<ShardReply> read(HttpResponse<byte[]> response) {
    try {
      if (response.statusCode() != 200) {
        throw new IOException(response.uri() + " answered " + response.statusCode());
      }
      return ShardsAnswered.parseFrom(response.body()).getRepliesList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The limit of this process is reached; says nothing about the other process.
  static final class BusyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BusyException() {
      super("too many concurrent peer requests (query.scatter.requests-max)", null, false, false);
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
    threads.shutdownNow();
  }
}
