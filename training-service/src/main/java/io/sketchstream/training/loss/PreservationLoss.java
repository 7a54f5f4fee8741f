package io.sketchstream.training.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;

/// The semantic knowledge preservation loss: the embedding must still tell what an ImageNet network
/// sees in photos of its class.
///
/// ```
/// L_K = - sum over j of q[y, j] * log softmax(g(x))[j]
/// ```
///
/// q is the class-oriented table that was prepared once from a teacher, g a linear head of our own
/// on the embedding before it is brought to unit length. Applies to sketches and photos.
public final class PreservationLoss {
  private final float[][] table;

  /// @param table one row a class: a distribution over what the teacher knows. Shared, not copied
  public PreservationLoss(float[][] table) {
    this.table = table;
  }

  /// The mean over a batch.
  ///
  /// @param embeddings n embeddings before normalisation
  /// @param head one row for each thing the teacher knows
  /// @param bias one number for each
  /// @param labels the class of each embedding, as row of the table
  public NDArray of(NDArray embeddings, NDArray head, NDArray bias, int[] labels) {
    int width = table[0].length;
    float[] targets = new float[labels.length * width];
    for (int i = 0; i < labels.length; i++) {
      System.arraycopy(table[labels[i]], 0, targets, i * width, width);
    }
    NDArray columns = head.transpose();
    columns.attach(embeddings.getManager()); // Not to live as long as the head.
    NDArray logits = embeddings.matMul(columns).add(bias);
    NDArray wanted = embeddings.getManager().create(targets, new Shape(labels.length, width));
    return Scalars.times(wanted.mul(logits.logSoftmax(1)).sum(), -1.0 / labels.length);
  }

  /// The least value the loss can take for these labels: the mean entropy of their rows.
  public double entropy(int[] labels) {
    return Arrays.stream(labels).mapToDouble(label -> entropy(table[label])).average().orElse(0);
  }

  private static double entropy(float[] distribution) {
    double sum = 0;
    for (float p : distribution) {
      sum -= p > 0 ? p * Math.log(p) : 0;
    }
    return sum;
  }
}
