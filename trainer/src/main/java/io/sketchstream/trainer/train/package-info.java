/// From labelled pictures to a better network: what is prepared once, the loop, its optimiser, its
/// checkpoints and its log. Reads batches of `training.data`, minimises the objectives of
/// `training.loss`, and leaves a model artifact behind.
package io.sketchstream.trainer.train;
