package io.sketchstream.query.standing;

import java.time.Duration;

/// How standing queries are kept and matched.
///
/// @param countMax most standing queries
/// @param matchesMax most matches kept in memory, so that they are not reported again and can be
///   withdrawn
/// @param sampleMax images of this process that thresholds are calibrated on
/// @param calibrationInterval longest time between two calibrations of a gallery that changes
/// @param overlap images ingested up to this long before a shard begins to report are compared
///   again
public record StandingOptions(
    int countMax, int matchesMax, int sampleMax, Duration calibrationInterval, Duration overlap) {}
