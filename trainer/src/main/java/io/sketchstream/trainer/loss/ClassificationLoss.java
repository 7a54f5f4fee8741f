package io.sketchstream.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/// The semantic classification loss: cross-entropy over the seen classes. Each class has one unit
/// vector for both domains; its logit is the scaled cosine of embedding and class vector.
public final class ClassificationLoss {
  private final float scale;

  /// @param scale factor of the cosines; higher makes the softmax sharper
  public ClassificationLoss(double scale) {
    this.scale = (float) scale;
  }

  /// The mean loss of a batch.
  ///
  /// @param embeddings n unit vectors
  /// @param classVectors one row per class, of any length
  /// @param labels the class of each embedding, as row index of `classVectors`
  public NDArray of(NDArray embeddings, NDArray classVectors, int[] labels) {
    NDArray unit = classVectors.normalize(2, 1);
    unit.attach(embeddings.getManager()); // Else it would live as long as the class vectors.
    NDArray logits = Scalars.times(embeddings.matMul(unit.transpose()), scale);
    int classes = (int) classVectors.getShape().get(0);
    NDArray right = oneHot(embeddings.getManager(), labels, classes).mul(logits.logSoftmax(1));
    return Scalars.times(right.sum(), -1.0 / labels.length);
  }

  private static NDArray oneHot(NDManager manager, int[] labels, int classes) {
    float[] targets = new float[labels.length * classes];
    for (int i = 0; i < labels.length; i++) {
      targets[i * classes + labels[i]] = 1;
    }
    return manager.create(targets, new Shape(labels.length, classes));
  }
}
