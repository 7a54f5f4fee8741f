package io.sketchstream.trainer.loss;

import ai.djl.ndarray.NDArray;

/// One minus the cosine between an embedding and a fixed unit vector. It holds augmented photos to
/// where their photo was before training, and draws sketches to where the photos of their class
/// were: the space that the pretrained trunk knows stays, and sketches move into it.
public final class CosineDistanceLoss {
  /// The mean over a batch.
  ///
  /// @param embeddings n unit vectors
  /// @param targets n unit vectors
  public NDArray of(NDArray embeddings, NDArray targets) {
    NDArray cosines =
        Scalars.times(embeddings.mul(targets).sum(), 1.0 / embeddings.getShape().get(0));
    return Scalars.times(cosines, -1).add(1);
  }
}
