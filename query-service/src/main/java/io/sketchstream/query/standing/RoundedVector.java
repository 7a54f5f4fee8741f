package io.sketchstream.query.standing;

import org.apache.lucene.util.VectorUtil;

/// A vector in signed bytes, a quarter of the memory, with what rounding took from it: an upper
/// bound of a dot product follows from two of them.
///
/// With `v = scale * bytes + r`, the Cauchy-Schwarz inequality bounds each product that an `r` is
/// in by the lengths of its factors.
///
/// @param bytes the components without the last, which is the one for the hubness
/// @param length of `scale * bytes`
/// @param rest length of what rounding took off
/// @param last the last component, as it was
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record RoundedVector(byte[] bytes, float scale, float length, float rest, float last) {
  /// @param vector with the dimension for the hubness
  static RoundedVector of(float[] vector) {
    int dimension = vector.length - 1;
    float largest = 0;
    for (int i = 0; i < dimension; i++) {
      largest = Math.max(largest, Math.abs(vector[i]));
    }
    float scale = largest / Byte.MAX_VALUE;
    byte[] bytes = new byte[dimension];
    double squares = 0;
    double restSquares = 0;
    for (int i = 0; i < dimension && scale > 0; i++) {
      bytes[i] = (byte) Math.round(vector[i] / scale);
      double rounded = (double) scale * bytes[i];
      squares += rounded * rounded;
      restSquares += (vector[i] - rounded) * (vector[i] - rounded);
    }
    return new RoundedVector(
        bytes,
        scale,
        (float) Math.sqrt(squares),
        (float) Math.sqrt(restSquares),
        vector[dimension]);
  }

  /// Whether another one has the same dimension.
  boolean isComparable(RoundedVector other) {
    return bytes.length == other.bytes.length;
  }

  /// The dot product with another one is at most this, but for the rounding of floats.
  ///
  /// @param other of the same dimension
  float productMax(RoundedVector other) {
    return scale * other.scale * VectorUtil.dotProduct(bytes, other.bytes)
        + length * other.rest
        + rest * (other.length + other.rest)
        + last * other.last;
  }
}
