package io.sketchstream.embed.sketches;

import java.time.Duration;

/// Bounds of the sketch loop.
///
/// @param inFlightMax polled sketches that are not committed yet
/// @param drainMax time that sketches in flight have when partitions move or the loop ends
public record SketchOptions(int inFlightMax, Duration drainMax) {}
