package io.sketchstream.benchmarks.index;

import io.sketchstream.benchmarks.pipeline.SyntheticGallery;
import io.sketchstream.score.Score;
import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.apache.lucene.util.VectorUtil;

/// Vectors of 512 dimensions in 1,000 clusters, and their exact nearest neighbours.
final class ClusteredVectors {
  static final int DIMENSION = 512;

  private ClusteredVectors() {}

  /// The vectors numbered from `from` on; a number always gives the same vector.
  static float[][] make(int from, int count) {
    float[][] vectors = new float[count][];
    IntStream.range(0, count)
        .parallel()
        .forEach(i -> vectors[i] = SyntheticGallery.vector(from + i, DIMENSION));
    return vectors;
  }

  /// For each query the ids of the `k` nearest vectors that pass.
  static int[][] nearest(float[][] vectors, float[][] queries, int k, IntPredicate passes) {
    return nearest(vectors, new float[vectors.length], queries, k, passes);
  }

  /// For each query the ids of the `k` vectors of the best score that pass.
  ///
  /// @param hubness of each vector
  static int[][] nearest(
      float[][] vectors, float[] hubness, float[][] queries, int k, IntPredicate passes) {
    return Arrays.stream(queries)
        .parallel()
        .map(query -> nearest(vectors, hubness, query, k, passes))
        .toArray(int[][]::new);
  }

  private static int[] nearest(
      float[][] vectors, float[] hubness, float[] query, int k, IntPredicate passes) {
    record Scored(int id, float score) {}
    PriorityQueue<Scored> best = new PriorityQueue<>(Comparator.comparingDouble(Scored::score));
    for (int id = 0; id < vectors.length; id++) {
      if (passes.test(id)) {
        float score = Score.of(VectorUtil.dotProduct(query, vectors[id]), hubness[id]);
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

  /// The share of the exact nearest neighbours that was found.
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
