/// Trains a network on labelled pictures: preparation, training loop, optimiser, checkpoints and
/// log. Reads batches of `trainer.data`, minimises the objectives of `trainer.loss`, and writes a
/// model artifact.
package io.sketchstream.trainer.train;
