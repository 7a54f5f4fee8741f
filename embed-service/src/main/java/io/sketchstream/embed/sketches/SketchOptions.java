package io.sketchstream.embed.sketches;

import java.time.Duration;

/// Bounds of the sketch loop.
///
/// @param inFlightMax polled sketches that are not committed yet
/// @param drainMax time that sketches in flight have when partitions move or the loop ends
/// @param stallMax age at which a sketch in flight counts as lost: the loop fails and starts again
public record SketchOptions(int inFlightMax, Duration drainMax, Duration stallMax) {}
