/// What training minimises: the three objectives of Tursun et al., "An efficient framework for
/// zero-shot sketch-based image retrieval" (Pattern Recognition 126, 2022), each on its own. Their
/// formulas are public in part only; this reconstruction is ours. Each takes embeddings of a batch
/// and gives one number that `training.train` can differentiate.
package io.sketchstream.training.loss;
