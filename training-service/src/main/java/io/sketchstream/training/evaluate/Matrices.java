package io.sketchstream.training.evaluate;

import java.util.Arrays;

/// The little linear algebra that binary codes need.
final class Matrices {
  private Matrices() {}

  /// left times right.
  static double[][] product(double[][] left, double[][] right) {
    double[][] out = new double[left.length][right[0].length];
    for (int i = 0; i < left.length; i++) {
      timesRow(left[i], right, out[i]);
    }
    return out;
  }

  /// A row vector times a matrix.
  static void timesRow(double[] row, double[][] matrix, double[] out) {
    Arrays.fill(out, 0);
    for (int i = 0; i < row.length; i++) {
      double factor = row[i];
      double[] line = matrix[i];
      for (int j = 0; j < out.length; j++) {
        out[j] += factor * line[j];
      }
    }
  }

  /// The orthogonal matrix nearest to a square one of full rank: M (M'M)^-1/2.
  static double[][] closestOrthogonal(double[][] matrix) {
    int n = matrix.length;
    double[][] square = new double[n][n];
    for (double[] row : matrix) {
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          square[i][j] += row[i] * row[j];
        }
      }
    }
    SymmetricEigen eigen = new SymmetricEigen(square);
    double[][] inverseRoot = new double[n][n];
    for (int v = 0; v < n; v++) {
      double[] vector = eigen.vectors()[v];
      double factor = 1 / Math.sqrt(Math.max(eigen.values()[v], 1e-12));
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          inverseRoot[i][j] += factor * vector[i] * vector[j];
        }
      }
    }
    return product(matrix, inverseRoot);
  }
}
