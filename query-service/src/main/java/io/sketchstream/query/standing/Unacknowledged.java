package io.sketchstream.query.standing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Records sent to Kafka that are not acknowledged yet.
///
/// **Threads:** one at a time.
final class Unacknowledged {
  private final List<CompletableFuture<Void>> sent = new ArrayList<>();

  void add(CompletableFuture<Void> send) {
    sent.add(send);
  }

  void addAll(Collection<CompletableFuture<Void>> sends) {
    sent.addAll(sends);
  }

  /// Forgets acknowledged records. Failed ones stay, for [#await] to report.
  void forgetDone() {
    sent.removeIf(send -> send.isDone() && !send.isCompletedExceptionally());
  }

  /// Waits until all are acknowledged, and forgets them.
  ///
  /// @throws IllegalStateException when Kafka does not acknowledge them in time
  void await(Duration max) {
    try {
      CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new))
          .get(max.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("matches can't be written", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while matches are written", e);
    } finally {
      sent.clear();
    }
  }
}
