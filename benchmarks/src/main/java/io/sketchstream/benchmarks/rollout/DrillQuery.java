package io.sketchstream.benchmarks.rollout;

/// A query sketch and its expected class.
///
/// @param sketch a PNG; shared, not copied
/// @param className images of this class are relevant
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record DrillQuery(byte[] sketch, String className) {}
