package io.sketchstream.trainer.loss;

import ai.djl.ndarray.NDArray;

/// One minus the cosine between an embedding and a fixed unit vector. It keeps augmented photos at
/// the embedding of their photo before training, and pulls sketches towards the former mean of
/// their class's photos: the space of the pretrained trunk is kept, and sketches move into it.
public final class CosineDistanceLoss {
  /// The mean loss of a batch.
  ///
  /// @param embeddings n unit vectors
  /// @param targets n unit vectors
  public NDArray of(NDArray embeddings, NDArray targets) {
    NDArray cosines =
        Scalars.times(embeddings.mul(targets).sum(), 1.0 / embeddings.getShape().get(0));
    return Scalars.times(cosines, -1).add(1);
  }
}
