package io.sketchstream.query.search;

import io.sketchstream.events.SearchErrorCode;
import io.sketchstream.events.SearchRequest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/// Limits searches that must see a write, and may wait long for it, to half of the slots for
/// searches, and those of one caller to a quarter of these. Other searches are not limited here.
///
/// **Threads:** any.
public final class Waiters {
  private final Semaphore slots;
  private final int share;
  private final Map<String, Integer> callers = new ConcurrentHashMap<>();

  /// @param slotsMax for all searches
  public Waiters(int slotsMax) {
    int waitersMax = Math.max(1, slotsMax / 2);
    slots = new Semaphore(waitersMax);
    share = Math.max(1, waitersMax / 4);
  }

  /// Whether a search may have to wait for a write.
  public static boolean waits(SearchRequest request) {
    return request.getAfterCount() > 0;
  }

  /// Says that a search that waits found no slot.
  static SearchFailure tooMany() {
    return new SearchFailure(
        SearchErrorCode.OVERLOADED, "too many searches wait for a write (`after`); try again");
  }

  /// Takes a slot where the search waits; [#leave] gives it back.
  ///
  /// @param caller whose share is taken from; [SearchQuery#UNKNOWN_CALLER] has none
  /// @return false where it waits and there is no slot, or its caller holds too many
  public boolean tryEnter(SearchRequest request, String caller) {
    if (!waits(request)) {
      return true;
    }
    if (!take(caller)) {
      return false;
    }
    if (slots.tryAcquire()) {
      return true;
    }
    giveBack(caller);
    return false;
  }

  /// Takes a slot from no caller's share.
  public boolean tryEnter(SearchRequest request) {
    return tryEnter(request, SearchQuery.UNKNOWN_CALLER);
  }

  /// @param request of a search that entered
  /// @param caller that it entered with
  public void leave(SearchRequest request, String caller) {
    if (waits(request)) {
      slots.release();
      giveBack(caller);
    }
  }

  /// @param request of a search that entered without a caller
  public void leave(SearchRequest request) {
    leave(request, SearchQuery.UNKNOWN_CALLER);
  }

  private boolean take(String caller) {
    if (caller.equals(SearchQuery.UNKNOWN_CALLER)) {
      return true;
    }
    boolean[] taken = new boolean[1];
    callers.compute(
        caller,
        (_, held) -> {
          int now = held == null ? 0 : held;
          taken[0] = now < share;
          return taken[0] ? (Integer) (now + 1) : held;
        });
    return taken[0];
  }

  private void giveBack(String caller) {
    callers.computeIfPresent(caller, (_, held) -> held == 1 ? null : held - 1);
  }
}
