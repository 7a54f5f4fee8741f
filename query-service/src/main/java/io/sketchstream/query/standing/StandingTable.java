package io.sketchstream.query.standing;

import io.sketchstream.events.StandingQuery;
import io.sketchstream.events.StandingQueryBounds;
import java.util.Collection;
import java.util.LinkedHashMap;
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

  /// Those that had no room, in the order of the topic; the registry's alone.
  private final LinkedHashMap<String, StandingEntry> waiting = new LinkedHashMap<>();

  private final Map<String, String> refusals = new ConcurrentHashMap<>();
  private final AtomicLong version = new AtomicLong();

  /// @param countMax most queries. As many further ones wait until there is room; the rest is
  ///   skipped
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
      remove(key);
      return;
    }
    StandingEntry entry;
    try {
      entry = StandingEntry.of(key, query);
    } catch (IllegalArgumentException e) {
      remove(key);
      throw e;
    }
    if (entries.containsKey(key) || !isFull()) {
      entries.put(key, entry);
      return;
    }
    boolean waits = waiting.containsKey(key) || waiting.size() < countMax;
    if (waits) {
      waiting.put(key, entry);
    }
    throw new IllegalArgumentException(
        "there are %d standing queries already, it %s"
            .formatted(countMax, waits ? "waits until one is removed" : "is ignored"));
  }

  private void remove(String key) {
    waiting.remove(key);
    if (entries.remove(key) != null && !waiting.isEmpty()) {
      Map.Entry<String, StandingEntry> first = waiting.pollFirstEntry();
      entries.put(first.getKey(), first.getValue());
      refusals.remove(first.getKey());
    }
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
