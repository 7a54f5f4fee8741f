package io.sketchstream.query.status;

import io.sketchstream.query.index.Placement;
import io.sketchstream.query.index.ShardStatus;
import java.time.Instant;
import java.util.List;

/// One shard and its copies. The counts are the owner's; if it does not answer, those of a copy
/// that does.
///
/// @param owner the process that writes it; empty while there is none
/// @param standbys the processes with further copies
/// @param answered the process whose copy was counted; empty when none was
/// @param documents images that a search finds now
/// @param deleted replaced or removed images that merges have not yet dropped
/// @param segments parts that a search visits
/// @param lag embeddings still to apply
/// @param embeddingsOffset last record of the embeddings topic that was applied; -1 before the
///   first
/// @param imagesOffset last record of `images` that searches have seen; -1 before the first
/// @param lastCommit time of its last commit; the epoch if there was none since it was opened
public record ShardRow(
    String generation,
    int partition,
    String owner,
    List<String> standbys,
    String answered,
    int documents,
    int deleted,
    int segments,
    long lag,
    long embeddingsOffset,
    long imagesOffset,
    Instant lastCommit) {

  static ShardRow of(String generation, int shard, Placement placement, Copy copy, long end) {
    ShardStatus status = copy.status();
    return new ShardRow(
        generation,
        shard,
        placement.owner(shard),
        placement.standbys(shard),
        copy.process(),
        status.documents(),
        status.deleted(),
        status.segments(),
        Math.max(0, end - status.embeddingsOffset() - 1),
        status.embeddingsOffset(),
        status.imagesOffset(),
        status.lastCommit());
  }

  /// A copy of a shard and the process that has it.
  record Copy(String process, ShardStatus status) {
    /// No process answers for it.
    static Copy none(String generation, int shard) {
      return new Copy("", new ShardStatus(generation, shard, 0, 0, 0, -1, -1, Instant.EPOCH));
    }
  }
}
