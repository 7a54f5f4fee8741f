package io.sketchstream.query.standing;

import io.sketchstream.events.StandingQuery;
import io.sketchstream.events.StandingQueryBounds;
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
  private final Map<String, StandingEntry> entries = new ConcurrentHashMap<>();
  private final Map<String, String> refusals = new ConcurrentHashMap<>();
  private final AtomicLong version = new AtomicLong();

  /// @param countMax most queries; further ones are skipped
  StandingTable(int countMax) {
    this.countMax = countMax;
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
    if (query == null) {
      entries.remove(key);
      return;
    }
    StandingEntry entry;
    try {
      entry = StandingEntry.of(key, query);
    } catch (IllegalArgumentException e) {
      entries.remove(key);
      throw e;
    }
    if (!entries.containsKey(key) && isFull()) {
      throw new IllegalArgumentException("there are " + countMax + " standing queries already");
    }
    entries.put(key, entry);
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

  boolean isFull() {
    return entries.size() >= countMax;
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
