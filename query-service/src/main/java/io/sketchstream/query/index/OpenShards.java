package io.sketchstream.query.index;

import io.sketchstream.events.Generation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The shards of this process that are open now: Kafka Streams opens and closes them.
///
/// **Threads:** any.
public final class OpenShards {
  private final Set<ShardStore> shards = ConcurrentHashMap.newKeySet();

  void add(ShardStore shard) {
    shards.add(shard);
  }

  void remove(ShardStore shard) {
    shards.remove(shard);
  }

  List<ShardStore> of(Generation generation) {
    List<ShardStore> found = new ArrayList<>();
    for (ShardStore shard : shards) {
      if (shard.generation().equals(generation)) {
        found.add(shard);
      }
    }
    return found;
  }
}
