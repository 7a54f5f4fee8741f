/// One request to all shards of a generation, wherever they are: own shards through Kafka Streams'
/// interactive queries, others over HTTP by Kafka Streams' metadata, a slow or lost owner's by its
/// standbys. The result is the reply of each shard; `search` combines them into an answer.
package io.sketchstream.query.fanout;
