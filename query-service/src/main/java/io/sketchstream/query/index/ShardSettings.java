package io.sketchstream.query.index;

import java.time.InstantSource;

/// What all shards of a process share.
///
/// @param refresher makes their writes visible
/// @param shards knows those that are open
/// @param observer hears what they do
/// @param clock tells when a commit was
public record ShardSettings(
    IndexOptions options,
    Refresher refresher,
    OpenShards shards,
    ShardObserver observer,
    InstantSource clock) {}
