package io.sketchstream.query.standing;

import io.sketchstream.query.index.Arrival;
import java.util.ArrayDeque;
import java.util.Optional;

/// Images added to a shard and removed from it, in order, until searches see the change.
///
/// **Threads:** any.
final class Unseen {
  private final ArrayDeque<Change> changes = new ArrayDeque<>();
  private long added;
  private long visible;
  private long taken;

  /// What happened to an image.
  sealed interface Change {}

  record CameIn(Arrival image) implements Change {}

  record WentOut(String imageId, long imagesOffset) implements Change {}

  /// @return the number of entries now
  synchronized int add(Change change) {
    changes.add(change);
    added++;
    return changes.size();
  }

  /// How many were added up to now.
  synchronized long mark() {
    return added;
  }

  /// Searches see the entries up to a mark.
  ///
  /// @return whether there is anything
  synchronized boolean visible(long mark) {
    visible = Math.max(visible, mark);
    return !changes.isEmpty();
  }

  /// Takes the oldest entry, if searches see it.
  synchronized Optional<Change> take() {
    if (taken >= visible || changes.isEmpty()) {
      return Optional.empty();
    }
    taken++;
    return Optional.of(changes.poll());
  }

  synchronized void clear() {
    changes.clear();
    taken = added;
  }

  synchronized int size() {
    return changes.size();
  }

  synchronized boolean isEmpty() {
    return changes.isEmpty();
  }
}
