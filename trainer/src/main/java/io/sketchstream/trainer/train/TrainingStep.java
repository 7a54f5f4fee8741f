package io.sketchstream.trainer.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// The result of one iteration.
///
/// @param iteration counted from 1
/// @param loss the minimised weighted sum
/// @param losses value of each enabled objective by name, in the order of the configuration.
///   Preservation and prototypes are given above their lower bounds
/// @param learningRate learning rate of new layers
/// @param gradientNorm gradient norm before clipping
/// @param picturesPerSecond throughput of this iteration, including loading
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

  /// The value of an objective; 0 if it is disabled.
  public double loss(String objective) {
    return losses.getOrDefault(objective, 0.0);
  }
}
