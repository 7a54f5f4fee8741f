package io.sketchstream.score;

import java.util.Arrays;

/// The score of a photo `x` for a sketch `q`, both of unit length: `q.x - h(x)`, where `h` is the
/// photo's [Hubness]. Higher is better; 0 hubness leaves the cosine.
public final class Score {
  private Score() {}

  /// The score from an inner product that is already known.
  public static float of(float innerProduct, float hubness) {
    return innerProduct - hubness;
  }

  /// The score from the vectors of an index, see [#searchVector] and [#indexVector].
  ///
  /// The terms are summed in one fixed order, which the vector instructions of a JVM do not
  /// guarantee. So the score is the same to the last bit in every process, before and after
  /// compilation, and a page can continue from the score that another one ended with.
  public static float of(float[] searchVector, float[] indexVector) {
    double sum0 = 0;
    double sum1 = 0;
    double sum2 = 0;
    double sum3 = 0;
    int i = 0;
    for (; i + 3 < searchVector.length; i += 4) { // Four sums take a third of the time of one.
      sum0 += searchVector[i] * indexVector[i];
      sum1 += searchVector[i + 1] * indexVector[i + 1];
      sum2 += searchVector[i + 2] * indexVector[i + 2];
      sum3 += searchVector[i + 3] * indexVector[i + 3];
    }
    for (; i < searchVector.length; i++) {
      sum0 += searchVector[i] * indexVector[i];
    }
    return (float) (sum0 + sum1 + sum2 + sum3);
  }

  /// The photo with its hubness as an additional dimension. The inner product with [#searchVector]
  /// is the score, so an index by maximum inner product ranks by it.
  public static float[] indexVector(float[] photo, float hubness) {
    float[] vector = Arrays.copyOf(photo, photo.length + 1);
    vector[photo.length] = -hubness;
    return vector;
  }

  /// The sketch with a constant as an additional dimension, for an index of [#indexVector]s.
  public static float[] searchVector(float[] sketch) {
    float[] vector = Arrays.copyOf(sketch, sketch.length + 1);
    vector[sketch.length] = 1;
    return vector;
  }
}
