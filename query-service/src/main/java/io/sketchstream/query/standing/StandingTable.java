package io.sketchstream.query.standing;

import io.sketchstream.events.StandingQuery;
import io.sketchstream.events.StandingQueryBounds;
import io.sketchstream.events.StandingQuota;
import io.sketchstream.events.Topics;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// The standing queries, as read from the topic.
///
/// **Threads:** the registry's writes, any reads.
final class StandingTable {
  private final int countMax;
  private final int replyPartitions;
  private final Map<String, StandingEntry> entries = new ConcurrentHashMap<>();

  /// Empty for a query that this service refuses: it takes up room all the same, since embed does
  /// not know of it.
  private final StandingQuota<Optional<StandingEntry>> quota;

  private final Map<String, String> refusals = new ConcurrentHashMap<>();
  private final AtomicLong version = new AtomicLong();

  /// @param countMax most queries, see [StandingQuota]
  /// @param replyPartitions how many partitions `matches` has
  StandingTable(int countMax, int replyPartitions) {
    this.countMax = countMax;
    this.replyPartitions = replyPartitions;
    this.quota = new StandingQuota<>(countMax);
  }

  /// Applies one record. An invalid record counts as a removal, since compaction keeps only the
  /// last record of a key.
  ///
  /// @param query null for a removal
  /// @throws IllegalArgumentException when the record is not valid, or there are too many
  StandingTable with(String key, StandingQuery query) {
    if (key == null) {
      throw new IllegalArgumentException("it has no key");
    }
    try {
      change(key, query);
      refusals.remove(key);
    } catch (IllegalArgumentException e) {
      refuse(key, String.valueOf(e.getMessage()));
      throw e;
    } finally {
      version.incrementAndGet(); // Afterwards: who sees the version sees the change.
    }
    return this;
  }

  private void change(String key, StandingQuery query) {
    Optional<Map.Entry<String, Optional<StandingEntry>>> next = quota.remove(key);
    try {
      if (query == null) {
        entries.remove(key);
      } else {
        add(key, query);
      }
    } catch (RuntimeException e) {
      entries.remove(key);
      throw e;
    } finally {
      next.flatMap(Map.Entry::getValue)
          .ifPresent(entry -> {
            entries.put(entry.id(), entry);
            refusals.remove(entry.id());
          });
    }
  }

  /// The former version stays until the new one takes its place, so that no image misses both.
  private void add(String key, StandingQuery query) {
    StandingQueryBounds.check(key, query);
    Optional<StandingEntry> entry = Optional.empty();
    IllegalArgumentException refusal = null;
    try {
      entry = Optional.of(entry(key, query));
    } catch (IllegalArgumentException e) {
      refusal = e;
    }
    StandingQuota.Outcome outcome = quota.add(key, entry);
    if (refusal != null) {
      throw refusal;
    }
    switch (outcome) {
      case KEPT -> entries.put(key, entry.orElseThrow());
      case WAITING -> throw noRoom("it waits until one is removed");
      case IGNORED -> throw noRoom("it is ignored");
    }
  }

  private StandingEntry entry(String key, StandingQuery query) {
    StandingEntry entry = StandingEntry.of(key, query);
    checkReplyPartition(query);
    return entry;
  }

  /// @throws IllegalArgumentException when `matches` has no such partition
  void checkReplyPartition(StandingQuery query) {
    if (query.hasReplyPartition()
        && Integer.compareUnsigned(query.getReplyPartition(), replyPartitions) >= 0) {
      throw new IllegalArgumentException(
          "reply_partition: %s has no partition %s"
              .formatted(
                  Topics.MATCHES.name(), Integer.toUnsignedString(query.getReplyPartition())));
    }
  }

  private IllegalArgumentException noRoom(String consequence) {
    return new IllegalArgumentException(
        "there are %d standing queries already, %s".formatted(countMax, consequence));
  }

  private void refuse(String key, String reason) {
    if (StandingQueryBounds.isQueryId(key)
        && (refusals.size() < countMax || refusals.containsKey(key))) {
      refusals.put(key, reason);
    }
  }

  /// Why the last record of a query was refused, so that who wrote it to Kafka can see it.
  Optional<String> refusal(String id) {
    return Optional.ofNullable(refusals.get(id));
  }

  /// Whether a query would be kept if it were registered now.
  boolean hasRoomFor(String id) {
    return quota.hasRoomFor(id);
  }

  /// A version that changes with every record. What is read after it includes all changes up to it.
  long version() {
    return version.get();
  }

  Collection<StandingEntry> all() {
    return List.copyOf(entries.values());
  }

  Optional<StandingEntry> find(String id) {
    return Optional.ofNullable(entries.get(id));
  }
}
