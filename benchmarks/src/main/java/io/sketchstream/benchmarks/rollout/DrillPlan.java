package io.sketchstream.benchmarks.rollout;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/// The plan of a drill.
///
/// @param gallery images that are there before and stay, by id
/// @param classes of those that have one, by id
/// @param churn number of images at the start that may be replaced and removed
/// @param pictures for what is written during the drill, by number
/// @param queries in turn
/// @param k hits of each search
/// @param writesPerSecond adds, replacements and removals
/// @param warmUp how long the load runs before anything is measured
/// @param phase how long it is watched before the rollout, after the activation, after the rollback
/// @param switches number of switches between the two generations at the end
/// @param probes how often an image is timed from its write to the first search that sees it
public record DrillPlan(
    Map<String, byte[]> gallery,
    Map<String, String> classes,
    int churn,
    IntFunction<byte[]> pictures,
    List<DrillQuery> queries,
    int k,
    double searchesPerSecond,
    double writesPerSecond,
    Duration warmUp,
    Duration phase,
    int switches,
    Duration probes,
    Duration backfillMax,
    long seed) {}
