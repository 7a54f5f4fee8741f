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

/// News of `matches` as this process reads them, for listeners; the latest are kept for those that
/// come back.
///
/// **Threads:** the reader of the topic writes, any may ask.
public final class RecentNews {
  private final int countMax;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private final Deque<MatchNews> latest = new ArrayDeque<>();
  private final SortedMap<Integer, Long> read = new TreeMap<>();
  private final Map<Integer, Long> dropped = new HashMap<>();
  private String topicId = "";

  private record Listener(String queryId, Consumer<MatchNews> consumer) {
    boolean wants(MatchNews news) {
      return queryId.isEmpty() || queryId.equals(news.event().getQueryId());
    }
  }

  /// @param countMax most news that are kept; the oldest are dropped first
  RecentNews(int countMax) {
    this.countMax = countMax;
  }

  /// Forgets all: the topic was made anew.
  synchronized void begin(String newTopicId) {
    topicId = newTopicId;
    latest.clear();
    read.clear();
    dropped.clear();
  }

  /// Notes that a record was read, before its listeners hear of it.
  synchronized void read(int partition, long offset) {
    read.put(partition, offset + 1);
  }

  /// Listens to matches from now on, withdrawals included.
  ///
  /// @param queryId of which query; empty for all
  /// @param consumer called by the thread that reads the topic; must be quick
  /// @return ends it
  public Runnable listen(String queryId, Consumer<MatchNews> consumer) {
    Listener listener = new Listener(queryId, consumer);
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /// Tells listeners what a record says that was read.
  ///
  /// @param kept the same in a size that may be kept
  void tell(int partition, long offset, StandingQueryMatched event, StandingQueryMatched kept) {
    MatchNews news = new MatchNews(partition, offset, event, add(partition, offset, kept).next());
    listeners.stream()
        .filter(listener -> listener.wants(news))
        .forEach(listener -> listener.consumer().accept(news));
  }

  /// Keeps what a record that was read says.
  synchronized MatchNews add(int partition, long offset, StandingQueryMatched event) {
    MatchNews news = new MatchNews(partition, offset, event, place());
    latest.add(news);
    if (latest.size() > countMax) {
      MatchNews oldest = latest.remove();
      dropped.merge(oldest.partition(), oldest.offset() + 1, Math::max);
    }
    return news;
  }

  /// How far the topic is read.
  public synchronized MatchPlace place() {
    return new MatchPlace(topicId, read);
  }

  /// What came after a place, in order. What comes in meanwhile is heard, too.
  ///
  /// @param queryId of which query; empty for all
  /// @return empty when the place is too far back, or in a topic that there is no more
  public synchronized Optional<List<MatchNews>> since(MatchPlace place, String queryId) {
    Listener asking = new Listener(queryId, _ -> {});
    return place.topicId().equals(topicId) && place.hasRead(dropped)
        ? Optional.of(
            latest.stream()
                .filter(news -> !place.hasRead(news.partition(), news.offset()))
                .filter(asking::wants)
                .toList())
        : Optional.empty();
  }
}
