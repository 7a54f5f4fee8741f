/// How far everything is: lags by Kafka's own offsets, rates between samples, the shards of all
/// processes.
package io.sketchstream.query.status;
