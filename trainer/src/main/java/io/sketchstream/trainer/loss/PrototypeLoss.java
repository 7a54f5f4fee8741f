package io.sketchstream.trainer.loss;

import ai.djl.ndarray.NDArray;

/// Cross-entropy of sketches over fixed prototypes, one per class: the mean embedding of the
/// class's photos, or the position of an ImageNet class according to the pretrained classifier. So
/// sketches are separated from many more classes than have sketches. The logit of a prototype is
/// the scaled cosine.
public final class PrototypeLoss {
  private static final float EXCLUDED = -1e4f;

  private final NDArray prototypes;
  private final float scale;

  /// @param prototypes one unit vector per row
  /// @param scale factor of the cosines; higher makes the softmax sharper
  public PrototypeLoss(NDArray prototypes, double scale) {
    this.prototypes = prototypes;
    this.scale = (float) scale;
  }

  /// The mean loss of a batch.
  ///
  /// @param embeddings n unit vectors
  /// @param targets one distribution over the prototypes per row
  /// @param excluded 1 where a prototype is ignored for a row, else 0
  public NDArray of(NDArray embeddings, NDArray targets, NDArray excluded) {
    NDArray columns = prototypes.transpose();
    columns.attach(embeddings.getManager()); // Else it would live as long as the prototypes.
    NDArray logits = Scalars.times(embeddings.matMul(columns), scale);
    return SoftTargets.crossEntropy(logits.add(excluded.mul(EXCLUDED)), targets);
  }
}
