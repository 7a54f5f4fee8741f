/// `image-embeddings-g` becomes searchable shards: one Lucene index per partition, kept as a Kafka
/// Streams state store and asked through interactive queries. Both ways a record reaches a store,
/// processing and restoration, end in [ShardStore]. Everything that knows Lucene's index lives
/// here.
package io.sketchstream.query.index;
