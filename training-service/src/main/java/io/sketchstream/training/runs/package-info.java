/// Labels to a better generation, by itself: a snapshot of [labels] and [images] becomes a dataset
/// on disk, the active generation's weights are trained on, and a gate compares both models on what
/// was held out. The better one goes to `rollout`; how a run goes is told in [training-runs], whose
/// only writer is the instance that leads.
package io.sketchstream.training.runs;
