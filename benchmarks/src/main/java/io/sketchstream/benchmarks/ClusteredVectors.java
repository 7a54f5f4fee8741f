package io.sketchstream.benchmarks;

import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.apache.lucene.util.VectorUtil;

/// Vectors of 512 dimensions in 1,000 clusters, and who is really nearest to whom.
final class ClusteredVectors {
  static final int DIMENSION = 512;

  private ClusteredVectors() {}

  /// The vectors numbered from `from` on; the same number is the same vector every time.
  static float[][] make(int from, int count) {
    float[][] vectors = new float[count][];
    IntStream.range(0, count)
        .parallel()
        .forEach(i -> vectors[i] = SyntheticGallery.vector(from + i, DIMENSION));
    return vectors;
  }

  /// For each query the ids of the `k` nearest vectors that pass.
  static int[][] nearest(float[][] vectors, float[][] queries, int k, IntPredicate passes) {
    return Arrays.stream(queries)
        .parallel()
        .map(query -> nearest(vectors, query, k, passes))
        .toArray(int[][]::new);
  }

  private static int[] nearest(float[][] vectors, float[] query, int k, IntPredicate passes) {
    record Scored(int id, float score) {}
    PriorityQueue<Scored> best = new PriorityQueue<>(Comparator.comparingDouble(Scored::score));
    for (int id = 0; id < vectors.length; id++) {
      if (passes.test(id)) {
        float score = VectorUtil.dotProduct(query, vectors[id]);
        if (best.size() < k) {
          best.add(new Scored(id, score));
        } else if (score > best.element().score()) {
          best.remove();
          best.add(new Scored(id, score));
        }
      }
    }
    return best.stream().mapToInt(Scored::id).toArray();
  }

  /// The part of the true nearest that was found.
  static double recall(int[][] truth, int[][] found) {
    long hits = 0;
    long all = 0;
    for (int i = 0; i < truth.length; i++) {
      int[] here = found[i];
      hits +=
          Arrays.stream(truth[i])
              .filter(id -> Arrays.stream(here).anyMatch(other -> other == id))
              .count();
      all += truth[i].length;
    }
    return all == 0 ? 1 : (double) hits / all;
  }
}
