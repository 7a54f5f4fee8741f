package io.sketchstream.endtoend;

import io.sketchstream.events.PositionTokens;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What the gallery must be: every image by its last acknowledged write, and the write that is
/// under way.
///
/// **Threads:** any.
final class FaultLedger {
  private final Map<String, Entry> entries = new HashMap<>();
  private final List<String> ids = new ArrayList<>();
  private final Map<Integer, Long> ends = new TreeMap<>();
  private int acknowledged;

  /// What one image is to be.
  ///
  /// @param version of its title and its picture
  /// @param live whether it is there; false when it was removed
  /// @param known whether this was acknowledged; a first write that was not may have happened
  /// @param pending whether another write of it is under way
  /// @param writes how many were begun
  /// @param settled no other write of it may follow: an attempt that was not answered may still
  ///   arrive, and must not undo one
  record Entry(
      String id,
      int version,
      boolean live,
      boolean known,
      boolean pending,
      boolean settled,
      int writes) {
    /// A write that is wanted.
    static Entry wanted(String id, int version, boolean live) {
      return new Entry(id, version, live, false, false, false, 0);
    }

    String title() {
      return "version " + version;
    }

    /// Its drawing, which no other image and no other version has.
    byte[] picture() {
      return Pictures.png(id.hashCode() * 1_000_003L + version);
    }

    private Entry with(boolean isSettled, int writesBegun) {
      return new Entry(id, version, live, known, true, isSettled, writesBegun);
    }
  }

  synchronized void begin(String id, int version, boolean live) {
    Entry before = entries.get(id);
    if (before == null) {
      ids.add(id);
      entries.put(id, new Entry(id, version, live, false, true, false, 1));
    } else {
      entries.put(id, before.with(before.settled(), before.writes() + 1));
    }
  }

  /// An attempt was not answered: nobody knows whether and when it happens.
  synchronized void unanswered(String id) {
    entries.computeIfPresent(id, (_, entry) -> entry.with(true, entry.writes()));
  }

  /// @param position where the write lies; empty when that is not known
  synchronized void acknowledged(String id, int version, boolean live, String position) {
    entries.compute(
        id,
        (_, before) ->
            new Entry(id, version, live, true, false, before.settled(), before.writes()));
    acknowledged++;
    if (!position.isEmpty()) {
      PositionTokens.parse(position)
          .forEach(token -> ends.merge(token.getPartition(), token.getOffset(), Math::max));
    }
  }

  synchronized int acknowledged() {
    return acknowledged;
  }

  synchronized Optional<Entry> find(String id) {
    return Optional.ofNullable(entries.get(id));
  }

  /// Any image that was written.
  synchronized Optional<Entry> any(Random random) {
    return ids.isEmpty()
        ? Optional.empty()
        : Optional.of(entries.get(ids.get(random.nextInt(ids.size()))));
  }

  /// Position tokens of all that is acknowledged.
  synchronized String tokens() {
    return ends.entrySet().stream()
        .map(end -> PositionTokens.format(end.getKey(), end.getValue()))
        .collect(Collectors.joining(","));
  }

  synchronized Collection<Entry> entries() {
    return entries.values().stream().sorted(Comparator.comparing(Entry::id)).toList();
  }
}
