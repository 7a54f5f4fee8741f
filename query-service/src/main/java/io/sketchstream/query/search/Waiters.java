package io.sketchstream.query.search;

import io.sketchstream.events.SearchRequest;
import java.util.concurrent.Semaphore;

/// Limits searches that must see a write, and may wait long for it, to half of the places for
/// searches. Other searches are not limited here.
///
/// **Threads:** any.
public final class Waiters {
  private final Semaphore places;

  /// @param placesMax for all searches
  public Waiters(int placesMax) {
    places = new Semaphore(Math.max(1, placesMax / 2));
  }

  /// Whether a search may have to wait for a write.
  public static boolean waits(SearchRequest request) {
    return request.getAfterCount() > 0;
  }

  /// Takes a place where the search waits; [#leave] gives it back.
  ///
  /// @return false where it waits and there is no place
  public boolean tryEnter(SearchRequest request) {
    return !waits(request) || places.tryAcquire();
  }

  /// @param request of a search that entered
  public void leave(SearchRequest request) {
    if (waits(request)) {
      places.release();
    }
  }
}
