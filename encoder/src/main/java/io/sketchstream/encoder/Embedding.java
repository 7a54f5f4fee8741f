package io.sketchstream.encoder;

import java.util.Arrays;

/// Where an image or a sketch lies on the unit sphere. Immutable.
public final class Embedding {
  private static final float NORM_TOLERANCE = 1e-3f;

  private final float[] vector;

  private Embedding(float[] vector) {
    this.vector = vector;
  }

  /// Takes a copy of a vector of unit length.
  ///
  /// @throws IllegalArgumentException when its length is not 1 to three decimals, or not a number
  public static Embedding of(float[] unitVector) {
    double squares = 0;
    for (float x : unitVector) {
      squares += (double) x * x;
    }
    if (!(Math.abs(Math.sqrt(squares) - 1) <= NORM_TOLERANCE)) {
      throw new IllegalArgumentException(
          "an embedding has length 1, this one " + Math.sqrt(squares));
    }
    return new Embedding(unitVector.clone());
  }

  public int dimension() {
    return vector.length;
  }

  /// A copy of the numbers.
  public float[] toArray() {
    return vector.clone();
  }

  /// Cosine similarity, -1 to 1.
  public float cosine(Embedding other) {
    float sum = 0;
    for (int i = 0; i < vector.length; i++) {
      sum += vector[i] * other.vector[i];
    }
    return sum;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Embedding that && Arrays.equals(vector, that.vector);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(vector);
  }
}
