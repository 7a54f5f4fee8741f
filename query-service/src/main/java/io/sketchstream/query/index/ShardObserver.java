package io.sketchstream.query.index;

/// Hears what shards do, for metrics. Called by the shards' own threads; must be quick.
public interface ShardObserver {
  /// Hears nothing.
  ShardObserver NONE = new ShardObserver() {};

  /// New images became visible.
  default void refreshed(long nanos) {}

  /// A shard became durable.
  default void committed(long nanos) {}

  /// A record was no embedding of this generation and was left out.
  default void refused() {}
}
