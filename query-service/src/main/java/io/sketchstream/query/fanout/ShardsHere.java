package io.sketchstream.query.fanout;

import io.sketchstream.events.Generation;
import io.sketchstream.events.ShardReply;
import io.sketchstream.query.index.GenerationIndex;
import io.sketchstream.query.index.ShardQuery;
import io.sketchstream.query.index.ShardStore;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The shards of one generation in this process, as [LocalShards] needs them.
///
/// **Threads:** any.
interface ShardsHere {
  /// Asks some shards.
  ///
  /// @return replies by shard, without those of shards that could not answer
  Map<Integer, ShardReply> ask(ShardQuery query, Set<Integer> wanted);

  /// Whether a shard is here and up to date enough to answer.
  boolean answering(int shard);

  /// Waits until searches of a shard see `images` up to an offset.
  ///
  /// @return whether they do; false when the time is over or the shard is not here, or no longer
  boolean awaitVisible(int shard, long imagesOffset, long timeoutNanos) throws InterruptedException;

  /// When a shard has retreated, see [ShardStore#lastRetreat]; empty when it is not here.
  Optional<Long> lastRetreat(int shard);

  /// Knows the shards of each generation that runs here.
  interface Source {
    Optional<ShardsHere> of(Generation generation);
  }

  /// Those of an index.
  static ShardsHere of(GenerationIndex index) {
    return new ShardsHere() {
      @Override
      public Map<Integer, ShardReply> ask(ShardQuery query, Set<Integer> wanted) {
        return index.ask(query, wanted);
      }

      @Override
      public boolean answering(int shard) {
        return index.shard(shard).filter(ShardStore::answering).isPresent();
      }

      @Override
      public boolean awaitVisible(int shard, long imagesOffset, long timeoutNanos)
          throws InterruptedException {
        Optional<ShardStore> store = index.shard(shard);
        return store.isPresent() && store.get().awaitVisible(imagesOffset, timeoutNanos);
      }

      @Override
      public Optional<Long> lastRetreat(int shard) {
        return index.shard(shard).map(ShardStore::lastRetreat);
      }
    };
  }
}
