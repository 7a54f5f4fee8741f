package io.sketchstream.query.index;

import io.sketchstream.events.ShardReply;
import org.apache.kafka.streams.query.Query;

/// What can be asked of a shard through Kafka Streams' interactive queries.
public sealed interface ShardQuery extends Query<ShardReply>
    permits KnnQuery, NewestQuery, VectorOf {}
