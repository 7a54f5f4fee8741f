package io.sketchstream.query.index;

import io.sketchstream.events.Generation;
import java.time.InstantSource;
import java.util.function.Predicate;

/// What all shards of a process share.
///
/// @param refresher makes their writes visible
/// @param observer notified of what they do
/// @param filling whether a generation is still being filled, so that hardly anyone searches it
/// @param clock gives the time of a commit
/// @param arrivals makes what listens to each shard
/// @param files where they are
public record ShardSettings(
    IndexOptions options,
    Refresher refresher,
    ShardObserver observer,
    Predicate<Generation> filling,
    InstantSource clock,
    Arrivals.Factory arrivals,
    ShardFiles files) {

  /// Without listeners; the files are on the disk.
  public ShardSettings(
      IndexOptions options,
      Refresher refresher,
      ShardObserver observer,
      Predicate<Generation> filling,
      InstantSource clock) {
    this(options, refresher, observer, filling, clock, Arrivals.Factory.NONE, ShardFiles.ON_DISK);
  }

  /// A copy with other files.
  ShardSettings with(ShardFiles other) {
    return new ShardSettings(options, refresher, observer, filling, clock, arrivals, other);
  }
}
