package io.sketchstream.training.train;

/// What one iteration did.
///
/// @param iteration counted from 1
/// @param loss the weighted sum that was minimised
/// @param classification the objective's own value, nought where it is off
/// @param quadruplet likewise
/// @param preservation likewise, above the least it can be
/// @param learningRate of new layers
/// @param gradientNorm before it was shortened
/// @param picturesPerSecond of this iteration, loading included
public record TrainingStep(
    int iteration,
    double loss,
    double classification,
    double quadruplet,
    double preservation,
    double learningRate,
    double gradientNorm,
    double picturesPerSecond) {}
