package io.sketchstream.query.search;

import io.sketchstream.events.StageTiming;
import io.sketchstream.query.index.ShardHit;
import java.util.List;

/// What a generation found.
///
/// @param hits best first
/// @param timings how long waiting, the shards and merging took
public record Found(
    List<ShardHit> hits, int shardsTotal, int shardsAnswered, List<StageTiming> timings) {}
