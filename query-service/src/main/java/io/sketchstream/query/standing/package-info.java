/// Standing queries: searches that stay and report new images that match. [StandingRegistry] knows
/// them, [GenerationWatch] their vectors in the active generation; [ShardWatch] compares each new
/// image of a shard with all of them and writes to `matches` once a search would find the image;
/// [MatchLog] knows the matches reported.
///
/// ```
/// standing-queries ────────────> registry ─┐
/// standing-query-embeddings-g ─> watch ────┴─> shards of g ──> matches ──> log ──> callers
/// ```
package io.sketchstream.query.standing;
