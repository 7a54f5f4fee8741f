package io.sketchstream.query.standing;

import io.sketchstream.events.ImageAttributes;
import io.sketchstream.events.Instants;
import io.sketchstream.events.MatchBounds;
import io.sketchstream.events.StandingQueryMatched;
import io.sketchstream.events.Topics;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.kafka.TopicFollower;
import io.sketchstream.shell.kafka.TopicIdentity;
import io.sketchstream.shell.worker.Worker;
import io.sketchstream.shell.worker.Workers;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.common.TopicPartition;

/// The matches of standing queries: follows `matches`, keeps the latest in memory, and passes new
/// ones to listeners.
///
/// A shard that reports a match enters it here at once, so that nothing is reported twice while the
/// record is on its way back from Kafka. Listeners get each match once, when it arrives from Kafka,
/// whoever wrote it.
///
/// **Threads:** owns one, `query-matches`, which also calls the listeners; any may ask.
public final class MatchLog implements AutoCloseable {
  private static final String NAME = "query-matches";
  private static final Duration POLL = Duration.ofMillis(200);

  /// Larger attributes are not kept here.
  private static final int ATTRIBUTES_SIZE_MAX = 8 << 10;

  /// Most events that a listener that reconnects may have missed.
  private static final int MISSED_MAX = 1_000;

  private final int countMax;
  private final LinkedHashMap<String, Reported> reported = new LinkedHashMap<>();
  private final LinkedHashMap<String, Long> withdrawn = new LinkedHashMap<>();
  private final Map<String, Set<String>> byImage = new HashMap<>();
  private final Map<String, Set<String>> byQuery = new HashMap<>();
  private final RecentMatches recent = new RecentMatches(MISSED_MAX);
  private final Queue<CompletableFuture<Void>> waiting = new ConcurrentLinkedQueue<>();
  // The worker's.
  private Map<TopicPartition, Long> next = Map.of();
  private String topicId = "";
  private Worker worker;

  /// @param countMax most matches, and most withdrawals, kept in memory; the oldest are dropped
  ///   first
  MatchLog(int countMax) {
    this.countMax = countMax;
  }

  private record Reported(StandingQueryMatched match, boolean read) {}

  void start(KafkaClients clients, Workers workers) {
    worker = workers.start(NAME, running -> run(clients, running));
  }

  private void run(KafkaClients clients, Worker running) {
    try (TopicIdentity identity = new TopicIdentity(clients, NAME, Topics.MATCHES.name())) {
      if (!identity.id().equals(topicId)) {
        topicId = identity.id();
        forgetAll();
        recent.begin(topicId);
      }
      try (TopicFollower<StandingQueryMatched, MatchLog> topic =
          TopicFollower.resume(clients, NAME, Topics.MATCHES, this, MatchLog::with, next)) {
        try {
          follow(topic, identity, running);
        } finally {
          next = topic.next(); // It continues there: listeners have the matches before.
        }
      }
    }
  }

  /// What was read from a topic that was deleted and recreated.
  private synchronized void forgetAll() {
    next = Map.of();
    reported.clear();
    withdrawn.clear();
    byImage.clear();
    byQuery.clear();
  }

  private void follow(
      TopicFollower<StandingQueryMatched, MatchLog> topic, TopicIdentity identity, Worker running) {
    List<CompletableFuture<Void>> asked = List.of();
    Map<TopicPartition, Long> goal = Map.of();
    while (!running.isStopping()) {
      if (asked.isEmpty() && !waiting.isEmpty()) {
        asked = List.copyOf(waiting);
        goal = topic.ends();
      }
      boolean _ = topic.poll(POLL);
      if (!asked.isEmpty() && topic.hasRead(goal)) {
        asked.forEach(wish -> wish.complete(null));
        waiting.removeAll(asked);
        asked = List.of();
      }
      if (identity.hasChanged()) {
        throw new IllegalStateException("the topic matches was recreated");
      }
      running.roundDone();
    }
  }

  /// Completes once everything that is in Kafka now is read: within a poll if the topic was read
  /// before, otherwise when all of it is.
  CompletableFuture<Void> readToEnd() {
    CompletableFuture<Void> wish = new CompletableFuture<>();
    waiting.add(wish);
    return wish;
  }

  /// Applies one record.
  ///
  /// @throws IllegalArgumentException when the record is not valid
  MatchLog with(int partition, long offset, String key, StandingQueryMatched event) {
    recent.read(partition, offset);
    MatchBounds.check(key, event);
    StandingQueryMatched kept = bounded(event);
    if (enter(key, kept, true)) {
      recent.publish(partition, offset, event, kept);
    }
    return this;
  }

  /// A shard of this process is about to report this match.
  void reporting(StandingQueryMatched event) {
    boolean _ =
        enter(Topics.matchKey(event.getQueryId(), event.getImageId()), bounded(event), false);
  }

  /// Kafka did not accept a match that a shard was about to report.
  void notReported(StandingQueryMatched event) {
    String key = Topics.matchKey(event.getQueryId(), event.getImageId());
    if (event.getWithdrawn()) {
      boolean _ = enter(key, bounded(event).toBuilder().setWithdrawn(false).build(), true);
      return;
    }
    synchronized (this) {
      Reported match = reported.get(key);
      if (match != null && !match.read()) {
        forget(key, match.match());
      }
    }
  }

  private static StandingQueryMatched bounded(StandingQueryMatched event) {
    return event.getAttributes().getSerializedSize() <= ATTRIBUTES_SIZE_MAX
        ? event
        : event.toBuilder().setAttributes(ImageAttributes.getDefaultInstance()).build();
  }

  /// @return whether this is new, from Kafka
  private synchronized boolean enter(String key, StandingQueryMatched event, boolean read) {
    Reported before = reported.get(key);
    if (event.getWithdrawn()) {
      if (before != null && !isLater(before.match(), event)) {
        forget(key, before.match());
      }
      if (event.hasSeenTo()) {
        withdrawn.merge(key, event.getSeenTo().getOffset(), Math::max);
        if (withdrawn.size() > countMax) {
          withdrawn.pollFirstEntry();
        }
      }
      return read;
    }
    if (event.hasSeenTo() && event.getSeenTo().getOffset() < withdrawn.getOrDefault(key, -1L)) {
      return false; // Its writer had not seen the removal: it was suspended, and wrote late.
    }
    if (before != null) {
      if (read && !before.read()) {
        reported.put(key, new Reported(before.match(), true));
        return true;
      }
      return false;
    }
    reported.put(key, new Reported(event, read));
    byImage.computeIfAbsent(event.getImageId(), _ -> new LinkedHashSet<>()).add(key);
    byQuery.computeIfAbsent(event.getQueryId(), _ -> new LinkedHashSet<>()).add(key);
    if (reported.size() > countMax) {
      Map.Entry<String, Reported> eldest = reported.entrySet().iterator().next();
      forget(eldest.getKey(), eldest.getValue().match());
    }
    return read;
  }

  /// Whether a match is of an image that was put in again after the one that a withdrawal is of.
  /// The two may be in different partitions of `matches`, and come in any order then.
  private static boolean isLater(StandingQueryMatched match, StandingQueryMatched withdrawal) {
    return Instants.of(match.getIngestedAt()).isAfter(Instants.of(withdrawal.getIngestedAt()));
  }

  private void forget(String key, StandingQueryMatched match) {
    reported.remove(key);
    remove(byImage, match.getImageId(), key);
    remove(byQuery, match.getQueryId(), key);
  }

  private static void remove(Map<String, Set<String>> keys, String of, String key) {
    Set<String> left = keys.get(of);
    left.remove(key);
    if (left.isEmpty()) {
      keys.remove(of);
    }
  }

  /// Whether an image was reported for a query and not withdrawn since.
  synchronized boolean isReported(String queryId, String imageId) {
    return reported.containsKey(Topics.matchKey(queryId, imageId));
  }

  /// Whether a match was withdrawn because of a record of `images` beyond an offset.
  synchronized boolean isWithdrawnAfter(String queryId, String imageId, long imagesOffset) {
    return withdrawn.getOrDefault(Topics.matchKey(queryId, imageId), -1L) > imagesOffset;
  }

  /// The matches of an image that were not withdrawn since.
  synchronized List<StandingQueryMatched> ofImage(String imageId) {
    return byImage.getOrDefault(imageId, Set.of()).stream()
        .map(key -> reported.get(key).match())
        .toList();
  }

  /// The matches reported by the shards of a partition that were not withdrawn since.
  synchronized List<StandingQueryMatched> ofPartition(int partition) {
    return reported.values().stream()
        .map(Reported::match)
        .filter(match -> match.hasSeenTo() && match.getSeenTo().getPartition() == partition)
        .toList();
  }

  /// How many matches of a query are kept in memory.
  public synchronized int count(String queryId) {
    return byQuery.getOrDefault(queryId, Set.of()).size();
  }

  /// How many matches of a query, reported since a given time, have at least this score.
  synchronized long countAbove(String queryId, float score, Instant since) {
    return byQuery.getOrDefault(queryId, Set.of()).stream()
        .map(key -> reported.get(key).match())
        .filter(match -> match.getScore() >= score)
        .filter(match -> Instants.of(match.getMatchedAt()).isAfter(since))
        .count();
  }

  /// The latest matches, newest first.
  ///
  /// @param queryId whose; empty for all
  public synchronized List<StandingQueryMatched> latest(String queryId, int limit) {
    return reported.sequencedValues().reversed().stream()
        .map(Reported::match)
        .filter(match -> queryId.isEmpty() || match.getQueryId().equals(queryId))
        .limit(limit)
        .toList();
  }

  /// Matches and withdrawals as they arrive from Kafka, for listeners.
  public RecentMatches recent() {
    return recent;
  }

  @Override
  public void close() {
    if (worker != null) {
      worker.close();
    }
  }
}
