package io.sketchstream.encoder;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// How closely embeddings in a lower precision agree with those in fp32, on the same pictures.
///
/// @param cosine between the two embeddings of a picture; the lowest of all pictures
/// @param overlap share of each picture's ten nearest neighbours that are the same in both; the
///   mean of all pictures
record Agreement(double cosine, double overlap) {
  static final double COSINE_MIN = 0.99;
  static final double OVERLAP_MIN = 0.97;

  private static final int NEAREST = 10;

  static Agreement of(float[][] exact, float[][] rounded) {
    double lowest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < exact.length; i++) {
      lowest = Math.min(lowest, dot(exact[i], rounded[i]));
    }
    return new Agreement(lowest, overlap(exact, rounded));
  }

  /// Whether the lower precision may replace fp32. False for NaN.
  boolean holds() {
    return cosine >= COSINE_MIN && overlap >= OVERLAP_MIN;
  }

  /// Whether every picture is close enough. One that is not fails the whole comparison.
  boolean isCloseEnough() {
    return cosine >= COSINE_MIN;
  }

  @Override
  public String toString() {
    if (!isCloseEnough()) {
      return String.format(Locale.ROOT, "lowest cosine %.4f against fp32", cosine);
    }
    return String.format(
        Locale.ROOT,
        "lowest cosine %.4f and top-%d overlap %.3f against fp32",
        cosine,
        NEAREST,
        overlap);
  }

  private static double overlap(float[][] exact, float[][] rounded) {
    int same = 0;
    for (int query = 0; query < exact.length; query++) {
      List<Integer> wanted = nearest(exact, query);
      wanted.retainAll(nearest(rounded, query));
      same += wanted.size();
    }
    return same / (double) (exact.length * Math.min(NEAREST, exact.length - 1));
  }

  private static List<Integer> nearest(float[][] rows, int query) {
    float[] cosines = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      cosines[i] = dot(rows[query], rows[i]);
    }
    List<Integer> order =
        new ArrayList<>(IntStream.range(0, rows.length).filter(i -> i != query).boxed().toList());
    order.sort((a, b) -> Float.compare(cosines[b], cosines[a]));
    return new ArrayList<>(order.subList(0, Math.min(NEAREST, order.size())));
  }

  static float dot(float[] a, float[] b) {
    float sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
