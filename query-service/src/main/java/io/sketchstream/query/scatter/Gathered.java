package io.sketchstream.query.scatter;

import io.sketchstream.events.ShardRefusal;
import io.sketchstream.events.ShardReply;
import java.util.Map;

/// What the shards of a generation said in time.
///
/// @param shardsTotal how many there are
/// @param replies of those that answered, by shard
/// @param refusals last word of those that did not; a shard that said nothing is in neither
public record Gathered(
    int shardsTotal, Map<Integer, ShardReply> replies, Map<Integer, ShardRefusal> refusals) {
  public Gathered {
    replies = Map.copyOf(replies);
    refusals = Map.copyOf(refusals);
  }

  public boolean complete() {
    return replies.size() == shardsTotal;
  }
}
