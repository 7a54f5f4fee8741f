package io.sketchstream.benchmarks.rollout;

import io.sketchstream.benchmarks.rollout.RolloutApi.Position;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/// The acknowledged writes, which are the expected state of the gallery. A removed id is never
/// reused.
///
/// **Threads:** any; one writer for each id.
public final class Ledger {
  private final Map<String, Entry> entries = new ConcurrentHashMap<>();
  private final Map<Integer, Long> ends = new ConcurrentHashMap<>();
  private final AtomicLong puts = new AtomicLong();
  private final AtomicLong removals = new AtomicLong();

  /// The last acknowledged write of an image.
  ///
  /// @param removal which removal it was, counted from 1; 0 for an image that is there
  public record Entry(Position position, long removal) {
    boolean isLive() {
      return removal == 0;
    }
  }

  void added(String id, Position position) {
    entries.put(id, new Entry(position, 0));
    puts.incrementAndGet();
    ends.merge(position.partition(), position.offset(), Math::max);
  }

  void removed(String id, Position position) {
    // The token first: a reader that sees the removal also sends its token.
    ends.merge(position.partition(), position.offset(), Math::max);
    entries.put(id, new Entry(position, removals.incrementAndGet()));
  }

  /// How many pictures are acknowledged so far, those that replaced others included.
  long puts() {
    return puts.get();
  }

  /// How many removals are acknowledged so far.
  long removals() {
    return removals.get();
  }

  /// Whether an image was among the first so many removals.
  boolean wasRemoved(String id, long removalsThen) {
    Entry entry = entries.get(id);
    return entry != null && !entry.isLive() && entry.removal() <= removalsThen;
  }

  /// Position tokens of everything that is acknowledged.
  public String tokens() {
    return new TreeMap<>(ends)
        .entrySet().stream()
            .map(end -> end.getKey() + ":" + end.getValue())
            .collect(Collectors.joining(","));
  }

  Map<String, Entry> entries() {
    return new TreeMap<>(entries);
  }
}
