package io.sketchstream.embed.device;

import io.sketchstream.encoder.Embedding;

/// An embedding, and how long its forward pass took.
///
/// @param hubness of an image; 0 for a sketch
/// @param encodeNanos forward pass, hubness included
public record Encoded(Embedding embedding, float hubness, long encodeNanos) {}
