package io.sketchstream.embed.images;

import java.util.Optional;

/// Which offsets of a partition of the embeddings this owner has written, to detect writes of
/// others: then Kafka acknowledges its own records at higher offsets.
///
/// **Threads:** any.
final class WrittenOffsets {
  private long next;
  private long foreignFrom;
  private long foreignEnd;

  /// Offsets from one to before another.
  record Range(long from, long end) {}

  /// @param next offset before which all is known to be in order
  WrittenOffsets(long next) {
    this.next = next;
  }

  /// A record of this owner has this offset.
  synchronized void acknowledged(long offset) {
    if (offset >= next) { // Else it is unknown: Kafka says -1 where a request was repeated.
      ends(offset);
      next = offset + 1;
    }
  }

  /// The partition ends there, while nothing of this owner is on its way.
  synchronized void ends(long end) {
    if (end > next) {
      foreignFrom = foreignEnd == 0 ? next : foreignFrom;
      foreignEnd = end;
      next = end;
    }
  }

  /// The records of others that were not examined yet; a few of this owner may be among them.
  synchronized Optional<Range> foreign() {
    return foreignEnd == 0 ? Optional.empty() : Optional.of(new Range(foreignFrom, foreignEnd));
  }

  /// All foreign records up to now were examined.
  synchronized void examined(Range range) {
    if (foreignEnd <= range.end()) {
      foreignEnd = 0;
    } else {
      foreignFrom = range.end();
    }
  }

  /// The end as far as it is known.
  synchronized long next() {
    return next;
  }

  /// Offset before which all is known to be in order.
  synchronized long inOrder() {
    return foreignEnd == 0 ? next : foreignFrom;
  }
}
