package io.sketchstream.query.index;

import io.sketchstream.events.Generation;
import io.sketchstream.events.ShardReply;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The shards of one generation: where all of them are, and those of this process.
///
/// **Threads:** any.
public interface GenerationShards {
  Generation generation();

  /// How many shards the generation has, here and elsewhere.
  int shardCount();

  /// Where the shards are, in all processes.
  Placement placement();

  /// Where other processes reach this one.
  String address();

  /// Asks some shards of this process.
  ///
  /// @return replies by shard; without those of shards that are not here, could not answer, or are
  ///   still being filled
  Map<Integer, ShardReply> ask(ShardQuery query, Set<Integer> wanted);

  /// Whether a shard is here and up to date enough to answer.
  boolean answering(int shard);

  /// Waits until searches of a shard see `images` up to an offset.
  ///
  /// @return whether they do; false at the timeout, and when the shard is not here, or no longer
  boolean awaitVisible(int shard, long imagesOffset, long timeoutNanos) throws InterruptedException;

  /// The last retreat of a shard, see [ShardStore#lastRetreat]; empty when it is not here.
  Optional<Long> lastRetreat(int shard);
}
