package io.sketchstream.embed.device;

import io.sketchstream.encoder.Embedding;

/// An embedding, and how long it took.
///
/// @param hubness of an image; 0 for a sketch
/// @param queuedNanos wait for the device
/// @param encodeNanos forward pass, hubness included
public record Encoded(Embedding embedding, float hubness, long queuedNanos, long encodeNanos) {}
