package io.sketchstream.query.search;

import io.sketchstream.events.SearchErrorCode;
import java.util.concurrent.Semaphore;

/// A bounded number of slots for searches. Those that may wait long hold only a share, see
/// [Waiters].
///
/// **Threads:** any.
public final class SearchSlots {
  private final int slotsMax;
  private final String occupants;
  private final Semaphore all;
  private final Waiters waiters;

  /// @param slotsMax how many there are
  /// @param occupants what the message says of those who hold them
  public SearchSlots(int slotsMax, String occupants) {
    this.slotsMax = slotsMax;
    this.occupants = occupants;
    all = new Semaphore(slotsMax);
    waiters = new Waiters(slotsMax);
  }

  /// Takes a slot; [#leave] gives it back.
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

  /// Says that all slots are taken.
  public SearchFailure full() {
    return new SearchFailure(SearchErrorCode.OVERLOADED, slotsMax + " " + occupants);
  }

  /// @param query that entered
  public void leave(SearchQuery query) {
    all.release();
    waiters.leave(query.request(), query.caller());
  }
}
