package io.sketchstream.query.index;

import io.sketchstream.events.Generation;
import java.time.InstantSource;
import java.util.function.Predicate;

/// What all shards of a process share.
///
/// @param refresher makes their writes visible
/// @param shards knows those that are open
/// @param observer notified of what they do
/// @param filling whether a generation is still being filled, so that hardly anyone searches it
/// @param clock gives the time of a commit
/// @param arrivals makes what listens to each shard
/// @param files where they are
public record ShardSettings(
    IndexOptions options,
    Refresher refresher,
    OpenShards shards,
    ShardObserver observer,
    Predicate<Generation> filling,
    InstantSource clock,
    Arrivals.Factory arrivals,
    ShardFiles files) {

  /// The same, without listeners, on the disk.
  public ShardSettings(
      IndexOptions options,
      Refresher refresher,
      OpenShards shards,
      ShardObserver observer,
      Predicate<Generation> filling,
      InstantSource clock) {
    this(
        options,
        refresher,
        shards,
        observer,
        filling,
        clock,
        Arrivals.Factory.NONE,
        ShardFiles.ON_DISK);
  }

  /// The same with other files.
  ShardSettings with(ShardFiles other) {
    return new ShardSettings(options, refresher, shards, observer, filling, clock, arrivals, other);
  }
}
