package io.sketchstream.ingest.gallery;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Writes of this instance that Kafka has acknowledged, until they come back through the topic.
///
/// **Threads:** any notes and reads; the directory's Kafka Streams thread applies.
final class OwnWrites {
  private final AppliedPositions positions;
  private final Map<String, Written> written = new ConcurrentHashMap<>();

  /// A write on its way back.
  ///
  /// @param entry empty when the image was removed
  record Written(long offset, Optional<GalleryEntry> entry) {}

  /// @param positions advanced here by each record that is applied
  OwnWrites(AppliedPositions positions) {
    this.positions = positions;
  }

  /// The last write to an image, while it is on its way.
  Optional<Written> find(String id) {
    return Optional.ofNullable(written.get(id));
  }

  /// How many there are.
  int count() {
    return written.size();
  }

  /// A write was acknowledged.
  ///
  /// @param entry empty when the image was removed
  void note(String id, int partition, long offset, Optional<GalleryEntry> entry) {
    written.merge(
        id,
        new Written(offset, entry),
        (known, now) -> known.offset() >= now.offset() ? known : now);
    if (positions.includes(partition, offset)) {
      forget(id, offset); // The topic was faster than the acknowledgement.
    }
  }

  /// A record was applied. Removes the write before the position advances, so that a caller who
  /// waited for the position sees what was applied. Removes it again afterwards, for a write noted
  /// in between that has not seen the position.
  ///
  /// @param id of the image; null where the record has none
  void applied(String id, int partition, long offset) {
    if (id != null) {
      forget(id, offset);
    }
    positions.advance(partition, offset + 1);
    if (id != null) {
      forget(id, offset);
    }
  }

  private void forget(String id, long offset) {
    written.computeIfPresent(id, (_, own) -> own.offset() <= offset ? null : own);
  }
}
