package io.sketchstream.trainer.loss;

import ai.djl.ndarray.NDArray;

/// Cross-entropy of sketches over fixed prototypes, one a kind of thing: the mean embedding of a
/// class's photos, or where the pretrained classifier says that an ImageNet class lies. So a sketch
/// is told apart from many more things than are drawn. The logit of a prototype is the scaled
/// cosine.
public final class PrototypeLoss {
  private static final float EXCLUDED = -1e4f;

  private final NDArray prototypes;
  private final float scale;

  /// @param prototypes one unit vector a row
  /// @param scale of the cosines; higher makes the softmax sharper
  public PrototypeLoss(NDArray prototypes, double scale) {
    this.prototypes = prototypes;
    this.scale = (float) scale;
  }

  /// The mean over a batch.
  ///
  /// @param embeddings n unit vectors
  /// @param targets one distribution over the prototypes a row
  /// @param excluded 1 where a prototype does not count for a row, else 0
  public NDArray of(NDArray embeddings, NDArray targets, NDArray excluded) {
    NDArray columns = prototypes.transpose();
    columns.attach(embeddings.getManager()); // Not to live as long as the prototypes.
    NDArray logits = Scalars.times(embeddings.matMul(columns), scale);
    return SoftTargets.crossEntropy(logits.add(excluded.mul(EXCLUDED)), targets);
  }
}
