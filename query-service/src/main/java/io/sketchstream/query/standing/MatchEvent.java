package io.sketchstream.query.standing;

import io.sketchstream.events.StandingQueryMatched;

/// A match or a withdrawal as it arrived from Kafka.
///
/// @param partition of `matches`
/// @param offset of the record in that partition
/// @param next the cursor after it and all that this process read before it
public record MatchEvent(
    int partition, long offset, StandingQueryMatched event, MatchCursor next) {}
