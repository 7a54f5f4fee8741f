package io.sketchstream.events;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Which standing queries are kept when there are more than allowed: those whose last records come
/// first in `standing-queries`. This follows from the log alone, so every reader keeps the same
/// ones, whenever it began. As many further ones wait, in their order, until one is removed; what
/// is beyond is ignored until it is registered again. A query that is registered again comes last.
///
/// **Threads:** any.
///
/// @param <V> what is to be known of a query when its turn comes
public final class StandingQuota<V> {
  private static final int COUNT_MAX_MAX = 1_000_000;

  private final int countMax;
  private final Set<String> kept = new HashSet<>();
  private final LinkedHashMap<String, V> waiting = new LinkedHashMap<>();

  /// What becomes of a query.
  public enum Outcome {
    KEPT,
    WAITING,
    IGNORED
  }

  /// @param countMax most queries kept, 0 to 1,000,000
  public StandingQuota(int countMax) {
    if (countMax < 0 || countMax > COUNT_MAX_MAX) {
      throw new IllegalArgumentException(
          "topics.standing-queries-max is %d, not 0 to %d".formatted(countMax, COUNT_MAX_MAX));
    }
    this.countMax = countMax;
  }

  /// Forgets a query: it was removed, or its next record has come.
  ///
  /// @return the query that is kept in its place, where one waited
  public synchronized Optional<Map.Entry<String, V>> remove(String id) {
    waiting.remove(id);
    if (!kept.remove(id) || waiting.isEmpty()) {
      return Optional.empty();
    }
    Map.Entry<String, V> next = waiting.pollFirstEntry();
    kept.add(next.getKey());
    return Optional.of(next);
  }

  /// Adds a query that comes after all others.
  ///
  /// @param id not in it, see [#remove]
  public synchronized Outcome add(String id, V query) {
    if (kept.size() < countMax) {
      kept.add(id);
      return Outcome.KEPT;
    }
    if (waiting.size() < countMax) {
      waiting.put(id, query);
      return Outcome.WAITING;
    }
    return Outcome.IGNORED;
  }

  /// Whether a query is kept.
  public synchronized boolean keeps(String id) {
    return kept.contains(id);
  }

  /// Whether a query would be kept if it were registered now.
  public synchronized boolean hasRoomFor(String id) {
    return kept.size() < countMax || (kept.contains(id) && waiting.isEmpty());
  }
}
