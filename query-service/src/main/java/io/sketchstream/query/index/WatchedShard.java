package io.sketchstream.query.index;

import io.sketchstream.events.Generation;

/// A shard as what listens to it knows it.
public interface WatchedShard {
  Generation generation();

  /// Of `images`, and of the embeddings topic.
  int partition();

  /// How far in its partition of `images` searches see; -1 before the first record.
  long imagesOffset();

  /// What searches see, for what is not a search.
  ShardReader reader();

  /// Makes what was applied up to now visible at once.
  void refreshNow();
}
