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

/// The latest news of `matches` in the order in which this process read them, for listeners that
/// come back.
///
/// **Threads:** the reader of the topic writes, any may ask.
final class RecentNews {
  private final int countMax;
  private final Deque<MatchNews> latest = new ArrayDeque<>();
  private final SortedMap<Integer, Long> read = new TreeMap<>();
  private final Map<Integer, Long> dropped = new HashMap<>();
  private String topicId = "";

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
  synchronized MatchPlace place() {
    return new MatchPlace(topicId, read);
  }

  /// What came after a place, in order.
  ///
  /// @return empty when it is not known any more
  synchronized Optional<List<MatchNews>> since(MatchPlace place) {
    return place.topicId().equals(topicId) && place.hasRead(dropped)
        ? Optional.of(
            latest.stream()
                .filter(news -> !place.hasRead(news.partition(), news.offset()))
                .toList())
        : Optional.empty();
  }
}
