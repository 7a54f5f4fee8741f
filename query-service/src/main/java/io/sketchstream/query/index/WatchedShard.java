package io.sketchstream.query.index;

import io.sketchstream.events.Generation;
import io.sketchstream.events.ImagePosition;

/// A shard as its listener sees it.
public interface WatchedShard {
  Generation generation();

  /// Partition of `images` and of the embeddings topic.
  int partition();

  /// How many shards the generation has.
  int partitions();

  /// How far in its partition of `images` searches see; -1 before the first record.
  long imagesOffset();

  /// A record of its partition of `images`.
  ///
  /// @param imagesOffset -1 counts as 0
  default ImagePosition position(long imagesOffset) {
    return ImagePosition.newBuilder()
        .setPartition(partition())
        .setOffset(Math.max(0, imagesOffset))
        .build();
  }

  /// What searches see, for other readers.
  ShardReader reader();

  /// Makes what was applied up to now visible at once.
  void refreshNow();
}
