package io.sketchstream.training.evaluate;

import java.util.Random;

/// 64-bit codes by iterative quantisation (Gong and Lazebnik, 2011): principal components, then the
/// rotation that brings them closest to the corners of a cube. Fitted on photos of seen classes
/// only. Immutable.
///
/// The inner product of two codes of 1 and -1 is `bits - 2 * Hamming distance`: ranking by it is
/// ranking by Hamming distance, so codes are evaluated as any embedding is.
public final class BinaryCodes {
  /// Bits of a code.
  public static final int BITS = 64;

  private static final int ITERATIONS = 50;

  private final double[] mean;

  /// One column of weights a bit.
  private final double[][] projection;

  private BinaryCodes(double[] mean, double[][] projection) {
    this.mean = mean;
    this.projection = projection;
  }

  /// Fits codes.
  ///
  /// @param pictures to fit on, more than [#BITS] of them
  public static BinaryCodes fit(EmbeddedPictures pictures, long seed) {
    int count = pictures.count();
    int dimension = pictures.dimension();
    int bits = Math.min(BITS, dimension);
    PrincipalComponents components =
        PrincipalComponents.of(pictures.rows(), count, dimension, bits);
    double[][] centred = new double[count][];
    for (int i = 0; i < count; i++) {
      centred[i] = components.project(pictures.rows(), i * dimension);
    }
    double[][] rotation = randomRotation(bits, seed);
    for (int iteration = 0; iteration < ITERATIONS; iteration++) {
      rotation = closestRotation(centred, rotation, bits);
    }
    double[][] projection = Matrices.product(components.columns(), rotation);
    return new BinaryCodes(components.mean(), projection);
  }

  private static double[][] randomRotation(int bits, long seed) {
    Random random = new Random(seed);
    double[][] gaussian = new double[bits][bits];
    for (double[] row : gaussian) {
      for (int j = 0; j < bits; j++) {
        row[j] = random.nextGaussian();
      }
    }
    return Matrices.closestOrthogonal(gaussian);
  }

  /// The rotation R that minimises |sign(V R0) - V R|.
  private static double[][] closestRotation(double[][] points, double[][] rotation, int bits) {
    double[][] products = new double[bits][bits];
    double[] turned = new double[bits];
    for (double[] point : points) {
      Matrices.timesRow(point, rotation, turned);
      for (int i = 0; i < bits; i++) {
        for (int j = 0; j < bits; j++) {
          products[i][j] += turned[j] >= 0 ? point[i] : -point[i];
        }
      }
    }
    return Matrices.closestOrthogonal(products);
  }

  /// The codes of some pictures, as rows of 1 and -1.
  public EmbeddedPictures encode(EmbeddedPictures pictures) {
    int dimension = pictures.dimension();
    int bits = projection[0].length;
    float[] codes = new float[pictures.count() * bits];
    double[] centred = new double[dimension];
    double[] turned = new double[bits];
    for (int i = 0; i < pictures.count(); i++) {
      for (int j = 0; j < dimension; j++) {
        centred[j] = pictures.rows()[i * dimension + j] - mean[j];
      }
      Matrices.timesRow(centred, projection, turned);
      for (int j = 0; j < bits; j++) {
        codes[i * bits + j] = turned[j] >= 0 ? 1 : -1;
      }
    }
    return new EmbeddedPictures(pictures.examples(), codes, bits);
  }
}
