package io.sketchstream.query.search;

import io.sketchstream.events.SearchErrorCode;
import java.util.concurrent.Semaphore;

/// A bounded number of places for searches, of which [Waiters] hold their share.
///
/// **Threads:** any.
public final class Places {
  private final int placesMax;
  private final String occupants;
  private final Semaphore all;
  private final Waiters waiters;

  /// @param placesMax how many there are
  /// @param occupants what the message says of those who hold them
  public Places(int placesMax, String occupants) {
    this.placesMax = placesMax;
    this.occupants = occupants;
    all = new Semaphore(placesMax);
    waiters = new Waiters(placesMax);
  }

  /// Takes a place; [#leave] gives it back.
  ///
  /// @throws SearchFailure when there is none
  public void enter(SearchQuery query) throws SearchFailure {
    if (!waiters.tryEnter(query.request(), query.caller())) {
      throw Waiters.tooMany();
    }
    if (!all.tryAcquire()) {
      waiters.leave(query.request(), query.caller());
      throw full();
    }
  }

  /// Says that all places are taken.
  public SearchFailure full() {
    return new SearchFailure(SearchErrorCode.OVERLOADED, placesMax + " " + occupants);
  }

  /// @param query that entered
  public void leave(SearchQuery query) {
    all.release();
    waiters.leave(query.request(), query.caller());
  }
}
