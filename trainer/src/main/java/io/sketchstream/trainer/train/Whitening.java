package io.sketchstream.trainer.train;

import io.sketchstream.encoder.network.Network;
import io.sketchstream.encoder.network.Tensor;
import io.sketchstream.encoder.network.Weights;
import java.util.List;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/// Attenuated whitening of embeddings (Mukundan et al., "Understanding and improving kernel local
/// descriptors", 2019; whitening: Jégou and Chum, "Negative evidences and co-occurrences in image
/// retrieval", 2012). Directions in which most pictures differ, mostly those that tell the training
/// classes apart, count less afterwards, and rare ones count more.
///
/// With `C = V diag(l) V'`, the sum of the covariances of sketches and of photos, the embedding is
/// multiplied by `V diag((l / max l + floor)^-power) V'`. Vectors are brought to unit length after
/// the embedding, so the product is part of the embedding's own layer and costs nothing in serving.
final class Whitening {
  /// Keeps directions without variance from growing without bound.
  private static final double FLOOR = 1e-3;

  private Whitening() {}

  /// The weights with another embedding.
  ///
  /// @param sketches embeddings of training sketches, each of unit length, row by row
  /// @param photos embeddings of training photos, the same
  /// @param power 0: nothing changes; 0.5: all directions vary alike
  static Weights of(Weights weights, float[] sketches, float[] photos, double power) {
    Tensor weight = weights.get(Network.EMBEDDING_WEIGHT);
    Tensor bias = weights.get(Network.EMBEDDING_BIAS);
    int dimension = bias.values().length;
    DMatrixRMaj covariance = covariance(sketches, dimension);
    CommonOps_DDRM.addEquals(covariance, covariance(photos, dimension));
    DMatrixRMaj map = map(covariance, power);
    return weights
        .with(Network.EMBEDDING_WEIGHT, new Tensor(weight.shape(), product(map, weight)))
        .with(Network.EMBEDDING_BIAS, new Tensor(List.of(dimension), product(map, bias)));
  }

  /// Scaled so that the mean square of an embedding stays about the same.
  private static DMatrixRMaj map(DMatrixRMaj covariance, double power) {
    int side = covariance.numRows;
    EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(side, true, true);
    if (!eigen.decompose(covariance.copy())) {
      throw new IllegalStateException("the eigenvalues of a covariance do not converge");
    }
    double largest = 0;
    for (int i = 0; i < side; i++) {
      largest = Math.max(largest, eigen.getEigenvalue(i).real);
    }
    DMatrixRMaj map = new DMatrixRMaj(side, side);
    double before = 0;
    double after = 0;
    for (int i = 0; i < side && largest > 0; i++) {
      double value = Math.max(0, eigen.getEigenvalue(i).real);
      double factor = Math.pow(value / largest + FLOOR, -power);
      DMatrixRMaj direction = eigen.getEigenVector(i);
      CommonOps_DDRM.multAddTransB(factor, direction, direction, map);
      before += value;
      after += factor * factor * value;
    }
    if (after == 0) { // All embeddings are the same.
      return CommonOps_DDRM.identity(side);
    }
    CommonOps_DDRM.scale(Math.sqrt(before / after), map);
    return map;
  }

  private static DMatrixRMaj covariance(float[] rows, int dimension) {
    int count = rows.length / dimension;
    double[] mean = EmbeddingStart.mean(rows, dimension);
    DMatrixRMaj centred = new DMatrixRMaj(count, dimension);
    for (int i = 0; i < rows.length; i++) {
      centred.data[i] = rows[i] - mean[i % dimension];
    }
    DMatrixRMaj covariance = new DMatrixRMaj(dimension, dimension);
    CommonOps_DDRM.multTransA(1.0 / Math.max(1, count), centred, centred, covariance);
    return covariance;
  }

  /// A tensor of one row a dimension, or a vector, from the left.
  private static float[] product(DMatrixRMaj map, Tensor tensor) {
    int rows = map.numRows;
    DMatrixRMaj matrix = new DMatrixRMaj(rows, tensor.values().length / rows);
    for (int i = 0; i < tensor.values().length; i++) {
      matrix.data[i] = tensor.values()[i];
    }
    DMatrixRMaj product = new DMatrixRMaj(rows, matrix.numCols);
    CommonOps_DDRM.mult(map, matrix, product);
    float[] values = new float[product.data.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) product.data[i];
    }
    return values;
  }
}
