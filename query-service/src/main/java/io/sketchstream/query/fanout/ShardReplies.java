package io.sketchstream.query.fanout;

import io.sketchstream.events.NearestFound;
import io.sketchstream.events.NewestFound;
import io.sketchstream.events.ShardRefusal;
import io.sketchstream.events.ShardReply;
import io.sketchstream.query.index.PackedVector;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the shards of a generation replied in time.
///
/// @param shardsTotal how many there are
/// @param replies of those that answered, by shard
/// @param refusals last refusal of those that did not; a shard that did not reply is in neither
public record ShardReplies(
    int shardsTotal, Map<Integer, ShardReply> replies, Map<Integer, ShardRefusal> refusals) {
  public ShardReplies {
    replies = Map.copyOf(replies);
    refusals = Map.copyOf(refusals);
  }

  /// Whether every shard answered.
  public boolean complete() {
    return replies.size() == shardsTotal;
  }

  /// The nearest images of each shard.
  public List<NearestFound> nearest() {
    return replies.values().stream().map(ShardReply::getNearest).toList();
  }

  /// The vector of the one image that was asked for; empty where no shard has it.
  public Optional<float[]> vector() {
    return replies.values().stream()
        .map(reply -> reply.getVector().getVector())
        .filter(vector -> !vector.isEmpty())
        .findFirst()
        .map(PackedVector::unpack);
  }

  /// The newest images of each shard.
  public List<NewestFound> newest() {
    return replies.values().stream().map(ShardReply::getNewest).toList();
  }
}
