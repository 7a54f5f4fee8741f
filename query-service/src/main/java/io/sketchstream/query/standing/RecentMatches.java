package io.sketchstream.query.standing;

import io.sketchstream.events.StandingQueryMatched;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// Matches and withdrawals as this process reads them, for listeners. The latest are kept for
/// listeners that reconnect.
///
/// **Threads:** the reader of the topic writes, any may ask.
public final class RecentMatches {
  private final int countMax;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private final Deque<MatchEvent> latest = new ArrayDeque<>();
  private final SortedMap<Integer, Long> read = new TreeMap<>();
  private final Map<Integer, Long> dropped = new HashMap<>();
  private String topicId = "";

  private record Listener(String queryId, Consumer<MatchEvent> consumer) {
    boolean wants(MatchEvent match) {
      return queryId.isEmpty() || queryId.equals(match.event().getQueryId());
    }
  }

  /// @param countMax most events that are kept; the oldest are dropped first
  RecentMatches(int countMax) {
    this.countMax = countMax;
  }

  /// Forgets all: the topic was recreated.
  synchronized void begin(String newTopicId) {
    topicId = newTopicId;
    latest.clear();
    read.clear();
    dropped.clear();
  }

  /// Notes that a record was read, before its listeners get it.
  synchronized void read(int partition, long offset) {
    read.put(partition, offset + 1);
  }

  /// Listens to matches from now on, withdrawals included.
  ///
  /// @param queryId of which query; empty for all
  /// @param consumer called by the thread that reads the topic; must be quick
  /// @return ends it
  public Runnable listen(String queryId, Consumer<MatchEvent> consumer) {
    Listener listener = new Listener(queryId, consumer);
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /// Passes an event that was read to its listeners, and keeps it.
  ///
  /// @param kept the event in a size that may be kept
  void publish(int partition, long offset, StandingQueryMatched event, StandingQueryMatched kept) {
    MatchEvent match =
        new MatchEvent(partition, offset, event, add(partition, offset, kept).next());
    listeners.stream()
        .filter(listener -> listener.wants(match))
        .forEach(listener -> listener.consumer().accept(match));
  }

  /// Keeps an event that was read.
  synchronized MatchEvent add(int partition, long offset, StandingQueryMatched event) {
    MatchEvent match = new MatchEvent(partition, offset, event, cursor());
    latest.add(match);
    if (latest.size() > countMax) {
      MatchEvent oldest = latest.remove();
      dropped.merge(oldest.partition(), oldest.offset() + 1, Math::max);
    }
    return match;
  }

  /// How far the topic is read.
  public synchronized MatchCursor cursor() {
    return new MatchCursor(topicId, read);
  }

  /// The events after a cursor, in order. A listener gets those that arrive meanwhile, too.
  ///
  /// @param queryId of which query; empty for all
  /// @return empty when the cursor is too far back, or in a former topic
  public synchronized Optional<List<MatchEvent>> since(MatchCursor cursor, String queryId) {
    Listener asking = new Listener(queryId, _ -> {});
    return cursor.topicId().equals(topicId) && cursor.hasRead(dropped)
        ? Optional.of(
            latest.stream()
                .filter(match -> !cursor.hasRead(match.partition(), match.offset()))
                .filter(asking::wants)
                .toList())
        : Optional.empty();
  }
}
