package io.sketchstream.query.callers;

import io.sketchstream.events.SearchAnswered;
import io.sketchstream.events.SearchErrorCode;
import io.sketchstream.query.search.SearchFailure;
import io.sketchstream.query.search.SearchQuery;
import io.sketchstream.query.search.SearchSlots;
import io.sketchstream.query.search.Waiters;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/// The HTTP callers of this process that wait for an answer, by query id; their number is bounded.
///
/// **Threads:** any.
public final class PendingAnswers {
  private final Map<String, Caller> pending = new ConcurrentHashMap<>();
  private final int pendingMax;
  private final SearchSlots slots;
  private final Backlog backlog = new Backlog();
  private volatile boolean stopped;

  /// @param pendingMax how many may wait at once
  public PendingAnswers(int pendingMax) {
    this.pendingMax = pendingMax;
    this.slots = new SearchSlots(pendingMax, "searches are already waiting for an answer");
  }

  /// A caller that waits.
  ///
  /// @param query what it asks
  /// @param answer completed with its answer
  record Caller(SearchQuery query, CompletableFuture<SearchAnswered> answer) {}

  /// Registers a caller, who must [#leave] in any case.
  ///
  /// @param timeLeft until its deadline
  /// @throws SearchFailure when too many wait, its answer would come late, or the service stops
  CompletableFuture<SearchAnswered> enter(String queryId, SearchQuery query, Duration timeLeft)
      throws SearchFailure {
    checkRoom(timeLeft);
    slots.enter(query);
    CompletableFuture<SearchAnswered> answer = new CompletableFuture<>();
    pending.put(queryId, new Caller(query, answer));
    if (!Waiters.waits(query.request())) { // Else its time says nothing of those that don't.
      backlog.entered();
    }
    if (stopped) {
      leave(queryId);
      throw stopping();
    }
    return answer;
  }

  void leave(String queryId) {
    Caller caller = pending.remove(queryId);
    if (caller != null) {
      boolean _ = caller.answer().cancel(false); // So that nothing is done for it any more.
      slots.leave(caller.query());
      if (!Waiters.waits(caller.query().request())) {
        backlog.left(System.nanoTime());
      }
    }
  }

  /// Refuses a search that would be answered too late, before its body is read.
  ///
  /// @throws SearchFailure when it would
  void checkRoom(Duration timeLeft) throws SearchFailure {
    if (pending.size() >= pendingMax) {
      throw slots.full();
    }
    if (!backlog.takes(timeLeft)) {
      throw new SearchFailure(
          SearchErrorCode.OVERLOADED,
          "too many searches are in progress to answer in time: " + pending.size());
    }
  }

  /// The caller that waits for this answer, if it waits here.
  Optional<Caller> find(String queryId) {
    return Optional.ofNullable(pending.get(queryId));
  }

  /// The parsed query of the caller that waits for this answer, if it waits here.
  public Optional<SearchQuery> query(String queryId) {
    return find(queryId).map(Caller::query);
  }

  /// How many may wait at once.
  int max() {
    return pendingMax;
  }

  /// How many wait.
  public int count() {
    return pending.size();
  }

  /// Ends all waits and admits no more callers.
  public void stop() {
    stopped = true;
    pending.values().forEach(caller -> caller.answer().completeExceptionally(stopping()));
  }

  private static SearchFailure stopping() {
    return new SearchFailure(SearchErrorCode.UNAVAILABLE, "the service is stopping");
  }
}
