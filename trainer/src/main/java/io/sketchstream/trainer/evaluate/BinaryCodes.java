package io.sketchstream.trainer.evaluate;

import java.util.Random;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;

/// 64-bit codes by iterative quantisation (Gong and Lazebnik, 2011): principal components, rotated
/// as close as possible to the corners of a cube. Fitted on photos of seen classes only. Immutable.
///
/// The inner product of two codes of 1 and -1 is `bits - 2 * Hamming distance`: ranking by it is
/// ranking by Hamming distance, so codes are evaluated like embeddings.
public final class BinaryCodes {
  /// Number of bits in a code.
  public static final int BITS = 64;

  private static final int ITERATIONS = 50;

  private final double[] mean;

  /// One column of weights per bit.
  private final DMatrixRMaj projection;

  private BinaryCodes(double[] mean, DMatrixRMaj projection) {
    this.mean = mean;
    this.projection = projection;
  }

  /// Fits codes.
  ///
  /// @param pictures pictures to fit on; more than [#BITS]
  public static BinaryCodes fit(EmbeddedPictures pictures, long seed) {
    int count = pictures.count();
    int dimension = pictures.dimension();
    int bits = Math.min(BITS, dimension);
    PrincipalComponents components =
        PrincipalComponents.of(pictures.rows(), count, dimension, bits);
    DMatrixRMaj points = new DMatrixRMaj(count, bits);
    for (int i = 0; i < count; i++) {
      double[] point = components.project(pictures.rows(), i * dimension);
      System.arraycopy(point, 0, points.data, i * bits, bits);
    }
    DMatrixRMaj rotation = randomRotation(bits, seed);
    for (int iteration = 0; iteration < ITERATIONS; iteration++) {
      rotation = closestRotation(points, rotation);
    }
    DMatrixRMaj projection = new DMatrixRMaj(dimension, bits);
    CommonOps_DDRM.mult(components.columns(), rotation, projection);
    return new BinaryCodes(components.mean(), projection);
  }

  private static DMatrixRMaj randomRotation(int bits, long seed) {
    Random random = new Random(seed);
    DMatrixRMaj gaussian = new DMatrixRMaj(bits, bits);
    for (int i = 0; i < gaussian.data.length; i++) {
      gaussian.data[i] = random.nextGaussian();
    }
    return closestOrthogonal(gaussian);
  }

  /// The rotation R that minimises |sign(V R0) - V R|.
  private static DMatrixRMaj closestRotation(DMatrixRMaj points, DMatrixRMaj rotation) {
    DMatrixRMaj codes = new DMatrixRMaj(points.numRows, points.numCols);
    CommonOps_DDRM.mult(points, rotation, codes);
    for (int i = 0; i < codes.data.length; i++) {
      codes.data[i] = codes.data[i] >= 0 ? 1 : -1;
    }
    DMatrixRMaj products = new DMatrixRMaj(points.numCols, points.numCols);
    CommonOps_DDRM.multTransA(points, codes, products);
    return closestOrthogonal(products);
  }

  /// The orthogonal matrix nearest to a square one of full rank: U V' of its singular value
  /// decomposition.
  static DMatrixRMaj closestOrthogonal(DMatrixRMaj square) {
    int side = square.numRows;
    SingularValueDecomposition_F64<DMatrixRMaj> svd =
        DecompositionFactory_DDRM.svd(side, side, true, true, false);
    if (!svd.decompose(square.copy())) {
      throw new IllegalStateException("the singular values of a rotation do not converge");
    }
    DMatrixRMaj orthogonal = new DMatrixRMaj(side, side);
    CommonOps_DDRM.mult(svd.getU(null, false), svd.getV(null, true), orthogonal);
    return orthogonal;
  }

  /// The codes of pictures, as rows of 1 and -1.
  public EmbeddedPictures encode(EmbeddedPictures pictures) {
    int dimension = pictures.dimension();
    int bits = projection.numCols;
    float[] codes = new float[pictures.count() * bits];
    DMatrixRMaj centred = new DMatrixRMaj(1, dimension);
    DMatrixRMaj turned = new DMatrixRMaj(1, bits);
    for (int i = 0; i < pictures.count(); i++) {
      for (int j = 0; j < dimension; j++) {
        centred.data[j] = pictures.rows()[i * dimension + j] - mean[j];
      }
      CommonOps_DDRM.mult(centred, projection, turned);
      for (int j = 0; j < bits; j++) {
        codes[i * bits + j] = turned.data[j] >= 0 ? 1 : -1;
      }
    }
    return new EmbeddedPictures(pictures.examples(), codes, bits);
  }
}
