package io.sketchstream.encoder;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// How closely the embeddings of a lower precision follow those of fp32, on the same pictures.
///
/// @param cosine of the same picture in both, the lowest of all
/// @param overlap of the ten nearest pictures of each picture, how many are the same in both, on
///   average
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

  /// Whether the lower precision may stand in for fp32. False for anything that is not a number.
  boolean holds() {
    return cosine >= COSINE_MIN && overlap >= OVERLAP_MIN;
  }

  /// Whether each picture by itself is close enough. More pictures can't make good what one lacks.
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
