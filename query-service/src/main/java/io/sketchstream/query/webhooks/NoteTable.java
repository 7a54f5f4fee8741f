package io.sketchstream.query.webhooks;

import io.sketchstream.events.MatchPosition;
import io.sketchstream.events.StandingQueryBounds;
import io.sketchstream.events.WebhookChanged;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The notes in `webhooks`, by query id. Any client may write some, of queries that do not exist:
/// what they take of the memory is bounded until who leads removes them.
///
/// **Threads:** one writes; any may read.
final class NoteTable {
  /// Room for 10,000 webhooks that are behind in 150 partitions each.
  private static final long SIZE_MAX = 128L << 20;

  /// More than `matches` ever has.
  private static final int PARTITIONS_MAX = 10_000;

  /// In memory, of a note and of each of its positions.
  private static final int NOTE_SIZE = 512;

  private static final int POSITION_SIZE = 64;

  private final long sizeMax;
  private final Map<String, WebhookChanged> notes = new ConcurrentHashMap<>();
  private long size;

  NoteTable() {
    this(SIZE_MAX);
  }

  /// @param sizeMax most bytes in memory, about
  NoteTable(long sizeMax) {
    this.sizeMax = sizeMax;
  }

  /// Applies one record, in place. An invalid record counts as a removal, since compaction keeps
  /// only the last record of a key; who leads writes the webhook's note again.
  ///
  /// @param note null for a removal
  /// @throws IllegalArgumentException when the record is not valid, or there is no room for it
  NoteTable with(String key, WebhookChanged note) {
    require(key != null, "it has no key");
    WebhookChanged former = notes.remove(key);
    size -= former == null ? 0 : size(former);
    if (note != null) {
      check(key, note);
      require(size + size(note) <= sizeMax, "the others take " + size + " bytes already");
      notes.put(key, note);
      size += size(note);
    }
    return this;
  }

  private static long size(WebhookChanged note) {
    return NOTE_SIZE
        + 2L * note.getSerializedSize()
        + (long) POSITION_SIZE * note.getRemainingCount();
  }

  private static void check(String key, WebhookChanged note) {
    require(StandingQueryBounds.isQueryId(key), "its key is no id of a standing query");
    require(note.getQueryId().equals(key), "its key is not its query_id");
    int reason = note.getReason().length();
    require(
        reason <= Webhook.REASON_LENGTH_MAX,
        "its reason has " + reason + " characters, more than " + Webhook.REASON_LENGTH_MAX);
    require(
        note.getRemainingCount() <= PARTITIONS_MAX,
        "it names " + note.getRemainingCount() + " positions, more than " + PARTITIONS_MAX);
    Set<Integer> partitions = new HashSet<>();
    for (MatchPosition position : note.getRemainingList()) {
      require(
          position.getPartition() >= 0 && position.getPartition() < PARTITIONS_MAX,
          "partition %s is not below %d"
              .formatted(Integer.toUnsignedString(position.getPartition()), PARTITIONS_MAX));
      require(
          position.getOffset() >= 0,
          "offset " + Long.toUnsignedString(position.getOffset()) + " is above 2^63");
      require(
          partitions.add(position.getPartition()),
          "it names partition " + position.getPartition() + " twice");
    }
  }

  private static void require(boolean valid, String reason) {
    if (!valid) {
      throw new IllegalArgumentException(reason);
    }
  }

  /// All of them.
  Map<String, WebhookChanged> all() {
    return Collections.unmodifiableMap(notes);
  }
}
