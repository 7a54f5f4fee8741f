/// Searches that stay. [StandingRegistry] knows them, [GenerationWatch] their vectors in the active
/// generation; [ShardWatch] compares each image that comes into a shard with all of them and tells
/// `matches` once a search would find the image; [MatchLog] knows what was told.
///
/// ```
/// standing-queries ────────────> registry ─┐
/// standing-query-embeddings-g ─> watch ────┴─> shards of g ──> matches ──> log ──> callers
/// ```
package io.sketchstream.query.standing;
