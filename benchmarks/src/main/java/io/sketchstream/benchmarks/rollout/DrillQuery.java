package io.sketchstream.benchmarks.rollout;

/// A sketch to search with, and what it should find.
///
/// @param sketch a PNG; shared, not copied
/// @param className images of this class are right
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record DrillQuery(byte[] sketch, String className) {}
