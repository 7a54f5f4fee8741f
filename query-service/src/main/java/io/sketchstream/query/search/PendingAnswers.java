package io.sketchstream.query.search;

import io.sketchstream.events.SearchErrorCode;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/// The HTTP callers of this instance that wait for an answer, by query id; never more than a bound.
///
/// **Threads:** any.
public final class PendingAnswers {
  private final Map<String, CompletableFuture<Reply>> pending = new ConcurrentHashMap<>();
  private final int pendingMax;
  private final Semaphore places;
  private volatile boolean stopped;

  public PendingAnswers(int pendingMax) {
    this.pendingMax = pendingMax;
    this.places = new Semaphore(pendingMax);
  }

  /// Registers a caller, who must [#leave] in any case.
  ///
  /// @throws SearchFailure when as many wait as may, or the service stops
  CompletableFuture<Reply> enter(String queryId) throws SearchFailure {
    if (!places.tryAcquire()) {
      throw new SearchFailure(
          SearchErrorCode.OVERLOADED, pendingMax + " searches wait for their answer already");
    }
    CompletableFuture<Reply> reply = new CompletableFuture<>();
    pending.put(queryId, reply);
    if (stopped) {
      leave(queryId);
      throw stopping();
    }
    return reply;
  }

  void leave(String queryId) {
    if (pending.remove(queryId) != null) {
      places.release();
    }
  }

  /// The caller that waits for this answer, if it waits here.
  Optional<CompletableFuture<Reply>> find(String queryId) {
    return Optional.ofNullable(pending.get(queryId));
  }

  /// How many wait.
  public int count() {
    return pending.size();
  }

  /// Sends everybody home, and nobody comes in any more.
  public void stop() {
    stopped = true;
    pending.values().forEach(reply -> reply.completeExceptionally(stopping()));
  }

  private static SearchFailure stopping() {
    return new SearchFailure(SearchErrorCode.UNAVAILABLE, "the service is stopping");
  }
}
