/// From labels to a better generation: a snapshot of [labels] and [images] becomes a dataset on
/// disk, training continues from the weights of the active generation, and a gate compares both
/// models on held-out examples. The result goes to `rollout`; progress goes to [training-runs],
/// which only the leading instance writes.
package io.sketchstream.training.runs;
