/// Labelled pictures for training and evaluation: classes, files, the composition of batches, and
/// augmentation. Reads folders; gives batches of pixels to `trainer.train` and galleries to
/// `trainer.evaluate`.
package io.sketchstream.trainer.data;
