package io.sketchstream.trainer.train;

import java.util.List;
import java.util.Map;

/// Ends a training that has converged: the objectives, measured above their lower bounds, have
/// fallen below a small share of their initial value. Further iterations would only cost time.
final class EarlyStop {
  private static final int FIRST = 5;
  private static final int LAST = 20;
  private static final double SHARE = .01;

  private final Map<String, Double> weights;

  /// @param weights weights of the objectives by name
  EarlyStop(Map<String, Double> weights) {
    this.weights = Map.copyOf(weights);
  }

  /// @param steps all iterations so far
  boolean isDue(List<TrainingStep> steps) {
    int count = steps.size();
    if (count < FIRST + LAST) {
      return false;
    }
    double first = steps.subList(0, FIRST).stream().mapToDouble(this::left).average().orElseThrow();
    return steps.subList(count - LAST, count).stream().allMatch(s -> left(s) <= SHARE * first);
  }

  /// The weighted sum above its lower bound.
  private double left(TrainingStep step) {
    double sum = 0;
    for (Map.Entry<String, Double> weight : weights.entrySet()) {
      sum += weight.getValue() * step.loss(weight.getKey());
    }
    return sum;
  }
}
