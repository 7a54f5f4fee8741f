package io.sketchstream.query.index;

import java.util.List;

/// What one shard found.
///
/// @param byVector nearest first
/// @param byText best match of the words first; empty when the query has none
public record ShardAnswer(List<ShardHit> byVector, List<ShardHit> byText) {}
