package io.sketchstream.query.search;

import io.sketchstream.events.Generation;
import io.sketchstream.events.Hit;
import java.util.List;
import java.util.Optional;

/// The best images of all shards for one search, best first.
///
/// @param expanded the vector that it is based on, if that is not the sketch itself
/// @param around the hits and more, for facets
record Ranking(Generation generation, Optional<ExpandedVector> expanded, List<Hit> around) {}
