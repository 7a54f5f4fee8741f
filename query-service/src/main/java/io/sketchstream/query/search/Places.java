package io.sketchstream.query.search;

import java.util.concurrent.Semaphore;

/// A bounded number of places for searches, of which [Waiters] hold their share.
///
/// **Threads:** any.
public final class Places {
  private final Semaphore all;
  private final Waiters waiters;

  /// @param placesMax how many there are
  public Places(int placesMax) {
    all = new Semaphore(placesMax);
    waiters = new Waiters(placesMax);
  }

  /// Takes a place; [#leave] gives it back.
  ///
  /// @return whether there was one
  public boolean tryEnter(SearchQuery query) {
    if (!waiters.tryEnter(query.request(), query.caller())) {
      return false;
    }
    if (all.tryAcquire()) {
      return true;
    }
    waiters.leave(query.request(), query.caller());
    return false;
  }

  /// @param query that entered
  public void leave(SearchQuery query) {
    all.release();
    waiters.leave(query.request(), query.caller());
  }
}
