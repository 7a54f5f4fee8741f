package io.sketchstream.trainer.loss;

import ai.djl.ndarray.NDArray;

/// The semantic knowledge preservation loss: a linear head on the embedding must still predict the
/// answers of an ImageNet classifier.
///
/// ```
/// L_K = - sum over j of q[j] * log softmax(g(x))[j]
/// ```
///
/// q is the classifier's answer, g the head on the embedding before normalisation. Tursun et al.
/// train the head and use one answer per class. With a head that is fitted before training and then
/// fixed, only the network can change, and each photo may have its own answer.
public final class PreservationLoss {
  private final NDArray head;
  private final NDArray bias;

  /// @param head one row per class of the classifier
  /// @param bias one number per class
  public PreservationLoss(NDArray head, NDArray bias) {
    this.head = head;
    this.bias = bias;
  }

  /// The mean loss of a batch.
  ///
  /// @param embeddings n embeddings before normalisation
  /// @param answers one distribution per row
  public NDArray of(NDArray embeddings, NDArray answers) {
    NDArray columns = head.transpose();
    columns.attach(embeddings.getManager()); // Else it would live as long as the head.
    NDArray logits = embeddings.matMul(columns).add(bias);
    return SoftTargets.crossEntropy(logits, answers);
  }
}
