package io.sketchstream.query.index;

import java.util.Optional;
import org.apache.kafka.streams.query.Query;

/// Asks a shard for the vector of an image; empty when the shard does not have it.
///
/// @param imageId which image
public record VectorOf(String imageId) implements Query<Optional<float[]>> {}
