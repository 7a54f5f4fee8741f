package io.sketchstream.query.index;

import org.apache.kafka.streams.state.internals.CacheFlushListener;
import org.apache.kafka.streams.state.internals.CachedStateStore;

/// A store that Kafka Streams asks to finish its work before it commits the offsets of an active
/// task. Only a store with a cache is asked, so this is one, though it keeps nothing.
interface CommitHook extends CachedStateStore<byte[], byte[]> {
  /// Called by Kafka Streams' thread; offsets of what was processed before are committed after it.
  @Override
  void flushCache();

  @Override
  default void clearCache() {}

  @Override
  default boolean setFlushListener(
      CacheFlushListener<byte[], byte[]> listener, boolean sendOldValues) {
    return false;
  }
}
