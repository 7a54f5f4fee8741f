package io.sketchstream.query.search;

import io.sketchstream.events.Generation;
import io.sketchstream.events.Hit;
import java.util.List;
import java.util.Optional;

/// The best images of all shards for one search, the best first.
///
/// @param expanded the vector that it is by, where that is not the sketch itself
/// @param around the hits and more, for facets
record Ranking(Generation generation, Optional<ExpandedVector> expanded, List<Hit> around) {}
