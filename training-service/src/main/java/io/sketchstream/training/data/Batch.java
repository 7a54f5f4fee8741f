package io.sketchstream.training.data;

import java.util.List;

/// What one iteration trains on.
///
/// @param iteration counted from 0
/// @param examples first the sketches, then as many photos; picture i of both halves is of one
///   class
/// @param pixels interleaved 8-bit RGB squares, one after the other. Shared, not copied
/// @param size side of a square
@SuppressWarnings("ArrayRecordComponent") // moves from the loader to the trainer, never compared
public record Batch(int iteration, List<Example> examples, byte[] pixels, int size) {}
