package io.sketchstream.encoder;

import java.util.Arrays;

/// The vector of an image or a sketch, of length 1. Immutable.
public final class Embedding {
  private static final float NORM_TOLERANCE = 1e-3f;

  private final float[] vector;

  private Embedding(float[] vector) {
    this.vector = vector;
  }

  /// Takes a copy of a vector of unit length.
  ///
  /// @throws IllegalArgumentException when its length differs from 1 by more than .001, or is NaN
  public static Embedding of(float[] unitVector) {
    double squares = 0;
    for (float x : unitVector) {
      squares += (double) x * x;
    }
    if (!(Math.abs(Math.sqrt(squares) - 1) <= NORM_TOLERANCE)) {
      throw new IllegalArgumentException(
          "an embedding must have length 1, but has " + Math.sqrt(squares));
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

  @Override
  public boolean equals(Object other) {
    return other instanceof Embedding that && Arrays.equals(vector, that.vector);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(vector);
  }
}
