package io.sketchstream.training.data;

import java.nio.file.Path;

/// One labelled picture.
///
/// @param file where its bytes are
/// @param label its class
/// @param domain photo or sketch
public record Example(Path file, String label, Domain domain) {}
