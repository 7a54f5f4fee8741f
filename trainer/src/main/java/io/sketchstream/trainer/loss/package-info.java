/// What training minimises: the three objectives of Tursun et al., "An efficient framework for
/// zero-shot sketch-based image retrieval" (Pattern Recognition 126, 2022), whose formulas are
/// public in part only, so that this reconstruction is ours; and what holds sketches and photos to
/// the space of the pretrained trunk. Each takes embeddings of a batch and gives one number that
/// `trainer.train` can differentiate.
package io.sketchstream.trainer.loss;
