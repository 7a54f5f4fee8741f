package io.sketchstream.trainer.loss;

import ai.djl.ndarray.NDArray;

/// The semantic knowledge preservation loss: a linear head on the embedding must still give what an
/// ImageNet classifier answers.
///
/// ```
/// L_K = - sum over j of q[j] * log softmax(g(x))[j]
/// ```
///
/// q is the classifier's answer, g the head on the embedding before it is brought to unit length.
/// Tursun et al. train the head and take one answer for each class. With a head that is fitted
/// before training and then fixed, only the network can move, and a photo may keep its own answer.
public final class PreservationLoss {
  private final NDArray head;
  private final NDArray bias;

  /// @param head one row for each thing the classifier knows
  /// @param bias one number for each
  public PreservationLoss(NDArray head, NDArray bias) {
    this.head = head;
    this.bias = bias;
  }

  /// The mean over a batch.
  ///
  /// @param embeddings n embeddings before normalisation
  /// @param answers one distribution a row
  public NDArray of(NDArray embeddings, NDArray answers) {
    NDArray columns = head.transpose();
    columns.attach(embeddings.getManager()); // Not to live as long as the head.
    NDArray logits = embeddings.matMul(columns).add(bias);
    return SoftTargets.crossEntropy(logits, answers);
  }
}
