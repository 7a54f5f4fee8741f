package io.sketchstream.embed.images;

import java.time.Duration;

/// Bounds of an image loop.
///
/// @param batchSizeMax records of a poll
/// @param inFlightBatchesMax polled batches that are not committed yet
/// @param backfillPerSecondMax images that a backfill takes per second; 0 for no limit
/// @param drainMax time that batches in flight have when partitions move or the loop ends
/// @param stallMax age at which a batch in flight counts as lost: the loop fails and starts again
public record ImageOptions(
    int batchSizeMax,
    int inFlightBatchesMax,
    int backfillPerSecondMax,
    Duration drainMax,
    Duration stallMax) {}
