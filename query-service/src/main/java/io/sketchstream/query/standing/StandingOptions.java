package io.sketchstream.query.standing;

import java.time.Duration;

/// How standing queries are kept and matched.
///
/// @param countMax most standing queries
/// @param matchesMax most matches that are remembered, to tell them again to nobody and to withdraw
///   them
/// @param sampleMax images of this process that thresholds are calibrated on
/// @param calibrationInterval longest time between two calibrations of a gallery that changes
/// @param overlap what came in so long before a shard begins to tell is compared once more
public record StandingOptions(
    int countMax, int matchesMax, int sampleMax, Duration calibrationInterval, Duration overlap) {}
