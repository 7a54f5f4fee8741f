package io.sketchstream.trainer.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;

/// Least squares with a penalty on the weights but not on the bias.
final class RidgeRegression {
  private RidgeRegression() {}

  /// Fits `y = W x + b`.
  ///
  /// @param inputs one row per observation
  /// @param outputs one row per observation
  /// @param count number of observations
  /// @param penalty factor of the squared weights
  static LinearMap fit(float[] inputs, float[] outputs, int count, double penalty) {
    int d = inputs.length / count;
    int k = outputs.length / count;
    DMatrixRMaj covariance;
    DMatrixRMaj products;
    float[] inputMean;
    float[] outputMean;
    try (NDManager manager = NDManager.newBaseManager()) {
      int[] overRows = {0};
      NDArray x = manager.create(inputs, new Shape(count, d));
      NDArray y = manager.create(outputs, new Shape(count, k));
      NDArray meanX = x.mean(overRows);
      NDArray meanY = y.mean(overRows);
      inputMean = meanX.toFloatArray();
      outputMean = meanY.toFloatArray();
      NDArray columns = x.sub(meanX).transpose();
      covariance = matrix(d, d, columns.matMul(columns.transpose()));
      products = matrix(d, k, columns.matMul(y.sub(meanY)));
    }
    for (int i = 0; i < d; i++) {
      covariance.add(i, i, penalty);
    }
    LinearSolverDense<DMatrixRMaj> cholesky = LinearSolverFactory_DDRM.symmPosDef(d);
    if (!cholesky.setA(covariance)) {
      throw new IllegalArgumentException(
          "the inputs and the penalty give no positive definite matrix");
    }
    DMatrixRMaj solution = new DMatrixRMaj(d, k);
    cholesky.solve(products, solution);
    float[] weight = new float[k * d];
    float[] bias = outputMean;
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < k; j++) {
        weight[j * d + i] = (float) solution.get(i, j);
        bias[j] -= (float) (solution.get(i, j) * inputMean[i]);
      }
    }
    return new LinearMap(weight, bias);
  }

  private static DMatrixRMaj matrix(int rows, int columns, NDArray values) {
    DMatrixRMaj matrix = new DMatrixRMaj(rows, columns);
    float[] numbers = values.toFloatArray();
    for (int i = 0; i < numbers.length; i++) {
      matrix.data[i] = numbers[i];
    }
    return matrix;
  }
}
