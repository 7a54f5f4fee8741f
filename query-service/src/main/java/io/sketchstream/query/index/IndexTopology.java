package io.sketchstream.query.index;

import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.StoreBuilder;

/// Builds the searchable shards of one generation.
///
/// ```
/// image-embeddings-g ──> index ──> shard (Lucene, one per partition)
/// ```
///
/// Values stay bytes up to [ShardStore#apply], so that a record that is no event is refused there,
/// in the same words whether it is processed or restored.
final class IndexTopology {
  /// The state store, and the name to query it by.
  static final String SHARD = "shard";

  private IndexTopology() {}

  /// @param openShards has each shard of this process while it is open
  static Topology build(EmbeddingsTopic topic, ShardSettings settings, Set<ShardStore> openShards) {
    return new Topology()
        .addReadOnlyStateStore(
            new ShardStoreBuilder(topic, settings, openShards),
            "image-embeddings",
            Serdes.ByteArray().deserializer(),
            Serdes.ByteArray().deserializer(),
            topic.name(),
            "index",
            IndexProcessor::new);
  }

  /// Makes a store for each task. The topic itself is the changelog, so there is no other.
  private record ShardStoreBuilder(
      EmbeddingsTopic topic, ShardSettings settings, Set<ShardStore> openShards)
      implements StoreBuilder<ShardStore> {

    @Override
    public ShardStore build() {
      return new ShardStore(SHARD, topic, settings, openShards);
    }

    @Override
    public String name() {
      return SHARD;
    }

    @Override
    public boolean loggingEnabled() {
      return false;
    }

    @Override
    public Map<String, String> logConfig() {
      return Map.of();
    }

    @Override
    public StoreBuilder<ShardStore> withCachingEnabled() {
      throw new UnsupportedOperationException("Lucene's page cache is the cache");
    }

    @Override
    public StoreBuilder<ShardStore> withCachingDisabled() {
      return this;
    }

    @Override
    public StoreBuilder<ShardStore> withLoggingEnabled(Map<String, String> config) {
      throw new UnsupportedOperationException("the embeddings topic is the changelog");
    }

    @Override
    public StoreBuilder<ShardStore> withLoggingDisabled() {
      return this;
    }
  }
}
