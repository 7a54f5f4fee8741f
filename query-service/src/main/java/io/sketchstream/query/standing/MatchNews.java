package io.sketchstream.query.standing;

import io.sketchstream.events.StandingQueryMatched;

/// A match or a withdrawal as it arrived from Kafka.
///
/// @param partition of `matches`
/// @param offset of the record in that partition
/// @param next the place after it: all that this process read up to it lies before
public record MatchNews(int partition, long offset, StandingQueryMatched event, MatchPlace next) {}
