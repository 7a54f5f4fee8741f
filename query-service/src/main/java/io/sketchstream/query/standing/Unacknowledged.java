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
/// **Threads:** one at a time; any may call [#isRefused].
final class Unacknowledged {
  /// Pause before matches are written again that Kafka refused.
  private static final Duration REFUSED_PAUSE = Duration.ofSeconds(5);

  private final List<CompletableFuture<Void>> sent = new ArrayList<>();
  private long sinceMicros = Long.MAX_VALUE;
  private volatile boolean refused;
  private volatile long refusedNanos;

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

  /// Whether Kafka did not accept a record a moment ago.
  boolean isRefused() {
    return refused && System.nanoTime() - refusedNanos < REFUSED_PAUSE.toNanos();
  }

  /// Forgets acknowledged records. Failed ones stay, for [#await] to report.
  void forgetDone() {
    sent.removeIf(send -> send.isDone() && !send.isCompletedExceptionally());
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
      refused = false;
      return Optional.empty();
    } catch (ExecutionException | TimeoutException e) {
      refusedNanos = System.nanoTime();
      refused = true;
      return Optional.of(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while matches are written", e);
    } finally {
      sent.clear();
    }
  }
}
