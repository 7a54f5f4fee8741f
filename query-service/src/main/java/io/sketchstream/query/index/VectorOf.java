package io.sketchstream.query.index;

/// Asks a shard for the vector of an image, without its hubness; the reply is empty when the shard
/// does not have it.
///
/// @param imageId which image
public record VectorOf(String imageId) implements ShardQuery {}
