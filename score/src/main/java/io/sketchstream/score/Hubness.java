package io.sketchstream.score;

import java.util.Arrays;
import java.util.Locale;

/// How close a photo is to sketches in general. In high dimensions a few photos, hubs, are close to
/// almost every query (Radovanović et al., "Hubs in Space", 2010). Subtracting their hubness makes
/// room for photos that are close to the present query. Related: CSLS (Conneau et al., "Word
/// Translation Without Parallel Data", 2018) and QB-Norm (Bogolin et al., "Cross Modal Retrieval
/// with Querybank Normalisation", 2022).
///
/// `h(x)` is the mean of the largest tenth of `x.B`, where `B` is a bank of sketch embeddings: 250
/// to 1,000 training sketches, spread over the classes. The tenth is rounded up, so it is 1 or
/// more. The same photo has the same hubness on every machine, to the bit.
///
/// **Threads:** any number. Immutable.
public final class Hubness {
  /// Largest number of sketches in a bank. More do not help and cost time for every photo.
  public static final int ROWS_MAX = 1000;

  private static final int SHARE = 10;
  private static final float LENGTH_TOLERANCE = 1e-2f;
  private static final Hubness NONE = new Hubness(0, 0, new float[0]);

  private final int rows;
  private final int dimension;

  /// The bank by columns: the first numbers of all sketches, then all second ones. A photo's inner
  /// products are then sums without a reduction, which the JIT compiler vectorises.
  private final float[] columns;

  private Hubness(int rows, int dimension, float[] columns) {
    this.rows = rows;
    this.dimension = dimension;
    this.columns = columns;
  }

  /// The hubness of models without a bank: 0 for every photo.
  public static Hubness none() {
    return NONE;
  }

  /// Hubness by a bank.
  ///
  /// @param bank the sketches one after the other, each of unit length
  /// @throws IllegalArgumentException when the bank is not valid; says why
  public static Hubness ofBank(float[] bank, int dimension) {
    if (dimension < 1 || bank.length == 0 || bank.length % dimension != 0) {
      throw new IllegalArgumentException(
          "a sketch bank of %d numbers has no rows of %d dimensions"
              .formatted(bank.length, dimension));
    }
    int rows = bank.length / dimension;
    if (rows > ROWS_MAX) {
      throw new IllegalArgumentException(
          "a sketch bank has at most %d rows, not %d".formatted(ROWS_MAX, rows));
    }
    float[] columns = new float[bank.length];
    for (int row = 0; row < rows; row++) {
      double length = length(bank, row, dimension);
      for (int d = 0; d < dimension; d++) {
        columns[d * rows + row] = (float) (bank[row * dimension + d] / length);
      }
    }
    return new Hubness(rows, dimension, columns);
  }

  /// The length of a row. Storage in 16 bits changes it by less than the tolerance.
  private static double length(float[] bank, int row, int dimension) {
    double squares = 0;
    for (int i = row * dimension; i < (row + 1) * dimension; i++) {
      squares += (double) bank[i] * bank[i];
    }
    double length = Math.sqrt(squares);
    if (!(Math.abs(length - 1) <= LENGTH_TOLERANCE)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "row %d of the sketch bank has length %.4f, not 1", row, length));
    }
    return length;
  }

  /// Sketches in the bank; 0 for [#none].
  public int rows() {
    return rows;
  }

  /// The hubness of a photo.
  ///
  /// @param photo of unit length
  /// @throws IllegalArgumentException when its dimension is not the bank's
  public float of(float[] photo) {
    if (rows == 0) {
      return 0;
    }
    if (photo.length != dimension) {
      throw new IllegalArgumentException(
          "a photo of %d dimensions for a sketch bank of %d".formatted(photo.length, dimension));
    }
    float[] similarities = similarities(photo);
    Arrays.sort(similarities);
    int nearest = Math.ceilDiv(rows, SHARE);
    double sum = 0;
    for (int i = rows - nearest; i < rows; i++) {
      sum += similarities[i];
    }
    return (float) (sum / nearest);
  }

  /// Four columns at a time, so that the sums are loaded and stored a quarter as often.
  private float[] similarities(float[] photo) {
    float[] sums = new float[rows];
    int d = 0;
    for (; d + 3 < dimension; d += 4) {
      add(sums, photo, d);
    }
    for (; d < dimension; d++) {
      float x = photo[d];
      int at = d * rows;
      for (int row = 0; row < sums.length; row++) {
        sums[row] += x * columns[at + row];
      }
    }
    return sums;
  }

  private void add(float[] sums, float[] photo, int d) {
    float x0 = photo[d];
    float x1 = photo[d + 1];
    float x2 = photo[d + 2];
    float x3 = photo[d + 3];
    int at0 = d * rows;
    int at1 = at0 + rows;
    int at2 = at1 + rows;
    int at3 = at2 + rows;
    for (int row = 0; row < sums.length; row++) {
      sums[row] +=
          x0 * columns[at0 + row]
              + x1 * columns[at1 + row]
              + x2 * columns[at2 + row]
              + x3 * columns[at3 + row];
    }
  }
}
