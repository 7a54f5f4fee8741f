/// One question to all shards of a generation, wherever they are: own shards through Kafka Streams'
/// interactive queries, others over HTTP by Kafka Streams' metadata, a slow or lost owner's by its
/// standbys. What comes back is each shard's reply; `search` makes an answer of them.
package io.sketchstream.query.fanout;
