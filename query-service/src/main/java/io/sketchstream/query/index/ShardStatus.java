package io.sketchstream.query.index;

import java.time.Instant;

/// The state of one shard of this process.
///
/// @param documents images that a search finds now
/// @param deleted replaced or removed images that merges have not yet dropped
/// @param segments parts that a search visits
/// @param embeddingsOffset last record of the embeddings topic that was applied; -1 before the
///   first
/// @param imagesOffset last record of `images` that searches have seen; -1 before the first
/// @param lastCommit time of its last commit; the epoch if there was none since it was opened
public record ShardStatus(
    String generation,
    int partition,
    int documents,
    int deleted,
    int segments,
    long embeddingsOffset,
    long imagesOffset,
    Instant lastCommit) {}
