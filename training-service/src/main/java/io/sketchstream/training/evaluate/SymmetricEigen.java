package io.sketchstream.training.evaluate;

/// Eigenvalues and eigenvectors of a symmetric matrix, by Householder reduction to a tridiagonal
/// one and QL with implicit shifts (tred2 and tql2 of EISPACK). Vectors are kept as rows, so that
/// the inner loops run along memory.
final class SymmetricEigen {
  private static final double EPSILON = Math.ulp(1.0);

  private final int n;

  /// While reducing, the matrix; in the end one eigenvector a row.
  private final double[][] rows;

  private final double[] diagonal;
  private final double[] beside;

  /// @param matrix symmetric; not changed
  SymmetricEigen(double[][] matrix) {
    n = matrix.length;
    rows = new double[n][];
    for (int i = 0; i < n; i++) {
      rows[i] = matrix[i].clone();
    }
    diagonal = new double[n];
    beside = new double[n];
    reduce();
    accumulate();
    diagonalise();
  }

  /// Not sorted.
  double[] values() {
    return diagonal;
  }

  /// Row i belongs to value i.
  double[][] vectors() {
    return rows;
  }

  private void reduce() {
    for (int j = 0; j < n; j++) {
      diagonal[j] = rows[j][n - 1];
    }
    for (int i = n - 1; i > 0; i--) {
      double scale = 0;
      for (int k = 0; k < i; k++) {
        scale += Math.abs(diagonal[k]);
      }
      double h = 0;
      if (scale == 0) {
        beside[i] = diagonal[i - 1];
        for (int j = 0; j < i; j++) {
          diagonal[j] = rows[j][i - 1];
          rows[j][i] = 0;
          rows[i][j] = 0;
        }
      } else {
        h = reflect(i, scale);
      }
      diagonal[i] = h;
    }
  }

  /// One Householder reflection.
  private double reflect(int i, double scale) {
    double[] d = diagonal;
    double[] e = beside;
    double h = 0;
    for (int k = 0; k < i; k++) {
      d[k] /= scale;
      h += d[k] * d[k];
    }
    double f = d[i - 1];
    double g = f > 0 ? -Math.sqrt(h) : Math.sqrt(h);
    e[i] = scale * g;
    h -= f * g;
    d[i - 1] = f - g;
    for (int j = 0; j < i; j++) {
      e[j] = 0;
    }
    for (int j = 0; j < i; j++) {
      double[] row = rows[j];
      f = d[j];
      rows[i][j] = f;
      g = e[j] + row[j] * f;
      for (int k = j + 1; k < i; k++) {
        g += row[k] * d[k];
        e[k] += row[k] * f;
      }
      e[j] = g;
    }
    f = 0;
    for (int j = 0; j < i; j++) {
      e[j] /= h;
      f += e[j] * d[j];
    }
    double half = f / (h + h);
    for (int j = 0; j < i; j++) {
      e[j] -= half * d[j];
    }
    for (int j = 0; j < i; j++) {
      double[] row = rows[j];
      f = d[j];
      g = e[j];
      for (int k = j; k < i; k++) {
        row[k] -= f * e[k] + g * d[k];
      }
      d[j] = row[i - 1];
      row[i] = 0;
    }
    return h;
  }

  private void accumulate() {
    for (int i = 0; i < n - 1; i++) {
      rows[i][n - 1] = rows[i][i];
      rows[i][i] = 1;
      double[] next = rows[i + 1];
      double h = diagonal[i + 1];
      if (h != 0) {
        for (int k = 0; k <= i; k++) {
          diagonal[k] = next[k] / h;
        }
        for (int j = 0; j <= i; j++) {
          double[] row = rows[j];
          double g = 0;
          for (int k = 0; k <= i; k++) {
            g += next[k] * row[k];
          }
          for (int k = 0; k <= i; k++) {
            row[k] -= g * diagonal[k];
          }
        }
      }
      for (int k = 0; k <= i; k++) {
        next[k] = 0;
      }
    }
    for (int j = 0; j < n; j++) {
      diagonal[j] = rows[j][n - 1];
      rows[j][n - 1] = 0;
    }
    rows[n - 1][n - 1] = 1;
    beside[0] = 0;
  }

  private void diagonalise() {
    System.arraycopy(beside, 1, beside, 0, n - 1);
    beside[n - 1] = 0;
    double shift = 0;
    double largest = 0;
    for (int l = 0; l < n; l++) {
      largest = Math.max(largest, Math.abs(diagonal[l]) + Math.abs(beside[l]));
      int m = l;
      while (m < n - 1 && Math.abs(beside[m]) > EPSILON * largest) {
        m++;
      }
      if (m > l) {
        do {
          shift += sweep(l, m);
        } while (Math.abs(beside[l]) > EPSILON * largest);
      }
      diagonal[l] += shift;
      beside[l] = 0;
    }
  }

  /// One implicit QL step between l and m; returns by how much the values were shifted.
  private double sweep(int l, int m) {
    double[] d = diagonal;
    double[] e = beside;
    double g = d[l];
    double p = (d[l + 1] - g) / (2 * e[l]);
    double r = p < 0 ? -Math.hypot(p, 1) : Math.hypot(p, 1);
    d[l] = e[l] / (p + r);
    d[l + 1] = e[l] * (p + r);
    double afterFirst = d[l + 1];
    double shift = g - d[l];
    for (int i = l + 2; i < n; i++) {
      d[i] -= shift;
    }
    p = d[m];
    double c = 1;
    double c2 = 1;
    double c3 = 1;
    double besideSecond = e[l + 1];
    double s = 0;
    double s2 = 0;
    for (int i = m - 1; i >= l; i--) {
      c3 = c2;
      c2 = c;
      s2 = s;
      g = c * e[i];
      double h = c * p;
      r = Math.hypot(p, e[i]);
      e[i + 1] = s * r;
      s = e[i] / r;
      c = p / r;
      p = c * d[i] - s * g;
      d[i + 1] = h + s * (c * g + s * d[i]);
      rotate(rows[i], rows[i + 1], c, s);
    }
    p = -s * s2 * c3 * besideSecond * e[l] / afterFirst;
    e[l] = s * p;
    d[l] = c * p;
    return shift;
  }

  private static void rotate(double[] first, double[] second, double c, double s) {
    for (int k = 0; k < first.length; k++) {
      double h = second[k];
      second[k] = s * first[k] + c * h;
      first[k] = c * first[k] - s * h;
    }
  }
}
