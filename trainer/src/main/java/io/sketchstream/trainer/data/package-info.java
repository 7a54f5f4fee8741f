/// Labelled pictures for training and evaluation: which classes, which files, which of them make up
/// a batch, and how each is varied. Reads folders; hands batches of pixels to `training.train` and
/// galleries to `training.evaluate`.
package io.sketchstream.trainer.data;
