package io.sketchstream.query.index;

import io.sketchstream.events.Generation;

/// A shard as what listens to it knows it.
public interface WatchedShard {
  Generation generation();

  /// What searches see, for what is not a search.
  ShardReader reader();

  /// Makes what was applied up to now visible at once.
  void refreshNow();
}
