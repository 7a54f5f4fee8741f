package io.sketchstream.training.evaluate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Comparator;
import java.util.stream.IntStream;

/// The directions of greatest variance of a set of vectors. Immutable.
public final class PrincipalComponents {
  private final double[] mean;
  private final double[][] columns;

  private PrincipalComponents(double[] mean, double[][] columns) {
    this.mean = mean;
    this.columns = columns;
  }

  /// Finds them.
  ///
  /// @param rows `count * dimension` numbers, row by row
  /// @param components how many directions, at most `dimension`
  public static PrincipalComponents of(float[] rows, int count, int dimension, int components) {
    double[] mean = new double[dimension];
    for (int i = 0; i < rows.length; i++) {
      mean[i % dimension] += (double) rows[i] / count;
    }
    float[] centred = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      centred[i] = (float) (rows[i] - mean[i % dimension]);
    }
    // Fewer vectors than dimensions: the smaller matrix of their products has the same spectrum.
    boolean few = count < dimension && components < count;
    double[][] directions =
        few
            ? ofFew(centred, count, dimension, components)
            : leading(products(centred, count, dimension, true), components);
    double[][] columns = new double[dimension][components];
    for (int c = 0; c < components; c++) {
      double sign = sign(directions[c]);
      for (int i = 0; i < dimension; i++) {
        columns[i][c] = sign * directions[c][i];
      }
    }
    return new PrincipalComponents(mean, columns);
  }

  /// Either way along a direction is as good; the largest number is made positive, so that every
  /// machine chooses the same.
  private static double sign(double[] direction) {
    double largest = 0;
    for (double value : direction) {
      largest = Math.abs(value) > Math.abs(largest) ? value : largest;
    }
    return largest < 0 ? -1 : 1;
  }

  /// The eigenvectors of the greatest eigenvalues, a row each.
  private static double[][] leading(double[][] matrix, int components) {
    SymmetricEigen eigen = new SymmetricEigen(matrix);
    return IntStream.range(0, matrix.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -eigen.values()[i]))
        .limit(components)
        .map(i -> eigen.vectors()[i])
        .toArray(double[][]::new);
  }

  private static double[][] ofFew(float[] centred, int count, int dimension, int components) {
    double[][] mixtures = leading(products(centred, count, dimension, false), components);
    double[][] directions = new double[components][dimension];
    for (int c = 0; c < components; c++) {
      double squares = 0;
      for (int i = 0; i < dimension; i++) {
        double sum = 0;
        for (int n = 0; n < count; n++) {
          sum += mixtures[c][n] * centred[n * dimension + i];
        }
        directions[c][i] = sum;
        squares += sum * sum;
      }
      double length = Math.max(Math.sqrt(squares), 1e-12);
      for (int i = 0; i < dimension; i++) {
        directions[c][i] /= length;
      }
    }
    return directions;
  }

  /// Mean products of dimensions, or of vectors.
  private static double[][] products(
      float[] centred, int count, int dimension, boolean ofDimensions) {
    float[] products;
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray rows = manager.create(centred, new Shape(count, dimension));
      NDArray columns = rows.transpose();
      products =
          (ofDimensions ? columns.matMul(rows) : rows.matMul(columns)).div(count).toFloatArray();
    }
    int side = ofDimensions ? dimension : count;
    double[][] symmetric = new double[side][side];
    for (int i = 0; i < side; i++) {
      for (int j = 0; j < side; j++) {
        symmetric[i][j] = (products[i * side + j] + products[j * side + i]) / 2;
      }
    }
    return symmetric;
  }

  public double[] mean() {
    return mean.clone();
  }

  /// One row a dimension, one column a direction, the greatest variance first.
  double[][] columns() {
    return columns;
  }

  /// How far along each direction a vector lies from the mean.
  double[] project(float[] rows, int start) {
    double[] centred = new double[mean.length];
    for (int i = 0; i < centred.length; i++) {
      centred[i] = rows[start + i] - mean[i];
    }
    double[] out = new double[columns[0].length];
    Matrices.timesRow(centred, columns, out);
    return out;
  }

  /// As a linear layer, `y = W x + b` with one row of W a direction.
  public LinearLayer asLinearLayer() {
    int inputs = mean.length;
    int outputs = columns[0].length;
    float[] weight = new float[outputs * inputs];
    float[] bias = new float[outputs];
    for (int o = 0; o < outputs; o++) {
      double shift = 0;
      for (int i = 0; i < inputs; i++) {
        weight[o * inputs + i] = (float) columns[i][o];
        shift -= columns[i][o] * mean[i];
      }
      bias[o] = (float) shift;
    }
    return new LinearLayer(weight, bias);
  }

  /// The weights of a linear layer.
  ///
  /// @param weight row by row, one row an output
  /// @param bias one number an output
  @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
  public record LinearLayer(float[] weight, float[] bias) {}
}
