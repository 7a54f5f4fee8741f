/// How far everything is: lags by Kafka's own offsets, rates between samples, the shards of this
/// process.
package io.sketchstream.query.status;
