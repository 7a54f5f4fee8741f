/// The progress of the installation: lags by Kafka's offsets, rates between samples, the shards of
/// all processes.
package io.sketchstream.query.status;
