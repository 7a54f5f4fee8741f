package io.sketchstream.query.standing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Records sent to Kafka that are not acknowledged yet, and since when matches have to be compared
/// again because Kafka did not accept them.
///
/// **Threads:** one at a time.
final class Unacknowledged {
  private final List<CompletableFuture<Void>> sent = new ArrayList<>();
  private long sinceMicros = Long.MAX_VALUE;

  void add(CompletableFuture<Void> send) {
    sent.add(send);
  }

  void addAll(Collection<CompletableFuture<Void>> sends) {
    sent.addAll(sends);
  }

  /// A match of an image with this time of ingestion.
  void add(CompletableFuture<Void> send, long micros) {
    sent.add(send);
    sinceMicros = Math.min(sinceMicros, micros);
  }

  /// The earliest time of ingestion of an image whose match may not be in Kafka.
  long sinceMicros() {
    return sinceMicros;
  }

  /// Forgets acknowledged records. Failed ones stay, for [#await] to report.
  void forgetDone() {
    sent.removeIf(send -> send.isDone() && !send.isCompletedExceptionally());
  }

  /// Forgets failed records: their images are compared again from [#sinceMicros] on.
  void forgetFailed() {
    sent.removeIf(CompletableFuture::isCompletedExceptionally);
  }

  /// Waits until all are acknowledged, and forgets them.
  ///
  /// @return why one was not, as Kafka refused it or did not answer in time; empty when all were
  /// @throws IllegalStateException when the thread was interrupted
  Optional<Exception> await(Duration max) {
    try {
      CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new))
          .get(max.toNanos(), TimeUnit.NANOSECONDS);
      sinceMicros = Long.MAX_VALUE;
      return Optional.empty();
    } catch (ExecutionException | TimeoutException e) {
      return Optional.of(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while matches are written", e);
    } finally {
      sent.clear();
    }
  }
}
