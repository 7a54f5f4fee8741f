/// The training losses: the three objectives of Tursun et al., "An efficient framework for
/// zero-shot sketch-based image retrieval" (Pattern Recognition 126, 2022), reconstructed because
/// their formulas are only partly public; and losses that keep sketches and photos in the space of
/// the pretrained trunk. Each takes the embeddings of a batch and returns one number that
/// `trainer.train` differentiates.
package io.sketchstream.trainer.loss;
