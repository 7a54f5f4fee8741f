package io.sketchstream.trainer.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// What one iteration did.
///
/// @param iteration counted from 1
/// @param loss the weighted sum that was minimised
/// @param losses each objective's own value by name, in the order of the configuration; those that
///   are off are missing. Preservation and prototypes are above the least they can be
/// @param learningRate of new layers
/// @param gradientNorm before it was clipped
/// @param picturesPerSecond of this iteration, loading included
public record TrainingStep(
    int iteration,
    double loss,
    SequencedMap<String, Double> losses,
    double learningRate,
    double gradientNorm,
    double picturesPerSecond) {
  public TrainingStep {
    losses = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(losses));
  }

  /// The value of an objective; 0 where it is off.
  public double loss(String objective) {
    return losses.getOrDefault(objective, 0.0);
  }
}
