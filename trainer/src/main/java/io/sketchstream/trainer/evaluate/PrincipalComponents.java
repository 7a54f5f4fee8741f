package io.sketchstream.trainer.evaluate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/// The directions of greatest variance of a set of vectors. Immutable.
public final class PrincipalComponents {
  private static final double LENGTH_MIN = 1e-12;

  private final double[] mean;
  private final DMatrixRMaj columns;

  private PrincipalComponents(double[] mean, DMatrixRMaj columns) {
    this.mean = mean;
    this.columns = columns;
  }

  /// Computes them.
  ///
  /// @param rows `count * dimension` numbers, row by row
  /// @param components number of directions, at most `dimension`
  public static PrincipalComponents of(float[] rows, int count, int dimension, int components) {
    double[] mean = new double[dimension];
    for (int i = 0; i < rows.length; i++) {
      mean[i % dimension] += (double) rows[i] / count;
    }
    float[] centred = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      centred[i] = (float) (rows[i] - mean[i % dimension]);
    }
    // Fewer vectors than dimensions: the Gram matrix is smaller and has the same spectrum.
    boolean few = count < dimension && components < count;
    DMatrixRMaj columns =
        few
            ? ofFew(centred, count, dimension, components)
            : leading(products(centred, count, dimension, true), components);
    for (int c = 0; c < components; c++) {
      CommonOps_DDRM.scaleCol(sign(columns, c), columns, c);
    }
    return new PrincipalComponents(mean, columns);
  }

  /// Chooses the sign of an eigenvector: its largest component becomes positive, so that all
  /// machines agree.
  private static double sign(DMatrixRMaj columns, int column) {
    double largest = 0;
    for (int i = 0; i < columns.numRows; i++) {
      double value = columns.get(i, column);
      largest = Math.abs(value) > Math.abs(largest) ? value : largest;
    }
    return largest < 0 ? -1 : 1;
  }

  /// The eigenvectors of the largest eigenvalues, one per column.
  private static DMatrixRMaj leading(DMatrixRMaj symmetric, int components) {
    int side = symmetric.numRows;
    EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(side, true, true);
    if (!eigen.decompose(symmetric)) {
      throw new IllegalStateException("the eigenvalues of a covariance do not converge");
    }
    int[] order =
        IntStream.range(0, side)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -eigen.getEigenvalue(i).real))
            .mapToInt(Integer::intValue)
            .toArray();
    DMatrixRMaj columns = new DMatrixRMaj(side, components);
    for (int c = 0; c < components; c++) {
      CommonOps_DDRM.insert(eigen.getEigenVector(order[c]), columns, 0, c);
    }
    return columns;
  }

  private static DMatrixRMaj ofFew(float[] centred, int count, int dimension, int components) {
    DMatrixRMaj mixtures = leading(products(centred, count, dimension, false), components);
    DMatrixRMaj rows = new DMatrixRMaj(count, dimension);
    for (int i = 0; i < centred.length; i++) {
      rows.data[i] = centred[i];
    }
    DMatrixRMaj directions = new DMatrixRMaj(dimension, components);
    CommonOps_DDRM.multTransA(rows, mixtures, directions);
    double[] squares = new double[components];
    for (int i = 0; i < directions.data.length; i++) {
      squares[i % components] += directions.data[i] * directions.data[i];
    }
    for (int c = 0; c < components; c++) {
      CommonOps_DDRM.scaleCol(1 / Math.max(Math.sqrt(squares[c]), LENGTH_MIN), directions, c);
    }
    return directions;
  }

  /// The covariance of the dimensions, or the Gram matrix of the vectors divided by their count.
  private static DMatrixRMaj products(
      float[] centred, int count, int dimension, boolean ofDimensions) {
    float[] products;
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray rows = manager.create(centred, new Shape(count, dimension));
      NDArray columns = rows.transpose();
      products =
          (ofDimensions ? columns.matMul(rows) : rows.matMul(columns)).div(count).toFloatArray();
    }
    int side = ofDimensions ? dimension : count;
    DMatrixRMaj symmetric = new DMatrixRMaj(side, side);
    for (int i = 0; i < side; i++) {
      for (int j = 0; j < side; j++) {
        symmetric.set(i, j, (products[i * side + j] + products[j * side + i]) / 2);
      }
    }
    return symmetric;
  }

  public double[] mean() {
    return mean.clone();
  }

  /// One row per dimension, one column per direction, the largest variance first.
  DMatrixRMaj columns() {
    return columns;
  }

  /// The coordinates of a vector along the directions, relative to the mean.
  double[] project(float[] rows, int start) {
    DMatrixRMaj centred = new DMatrixRMaj(1, mean.length);
    for (int i = 0; i < mean.length; i++) {
      centred.data[i] = rows[start + i] - mean[i];
    }
    DMatrixRMaj projected = new DMatrixRMaj(1, columns.numCols);
    CommonOps_DDRM.mult(centred, columns, projected);
    return projected.data;
  }

  /// The weight of a linear layer, one row per direction.
  public float[] weight() {
    float[] weight = new float[columns.data.length];
    for (int i = 0; i < columns.numRows; i++) {
      for (int c = 0; c < columns.numCols; c++) {
        weight[c * columns.numRows + i] = (float) columns.get(i, c);
      }
    }
    return weight;
  }
}
