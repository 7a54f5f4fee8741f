package io.sketchstream.trainer.evaluate;

import java.util.Arrays;

/// The gallery ordered by similarity to one query, and which ranks are right.
///
/// Ties are common with binary codes. Every metric is its expected value over all orders of the
/// tied pictures (McSherry and Najork, 2008), so it depends neither on chance nor on the order of
/// files. Immutable.
final class Ranking {
  /// The end (exclusive) of each group of equal similarity, and how many of the group are right.
  private final int[] groupEnds;

  private final int[] groupHits;
  private final int groups;
  private final int relevant;

  /// @param similarities similarity of the query to each picture of the gallery
  /// @param labels the class of each picture
  /// @param label the class of the query
  static Ranking of(float[] similarities, int[] labels, int label) {
    return new Ranking(sorted(similarities), labels, label);
  }

  /// The indices of the most similar pictures, best first; ties by index.
  static int[] best(float[] similarities, int count) {
    int[] best = new int[Math.min(count, similarities.length)];
    int found = 0;
    for (int i = 0; i < similarities.length; i++) {
      if (found < best.length || similarities[i] > similarities[best[found - 1]]) {
        int at = found < best.length ? found++ : found - 1;
        for (; at > 0 && similarities[best[at - 1]] < similarities[i]; at--) {
          best[at] = best[at - 1];
        }
        best[at] = i;
      }
    }
    return best;
  }

  private static long[] sorted(float[] similarities) {
    long[] keys = new long[similarities.length];
    for (int i = 0; i < keys.length; i++) {
      // Ascending order is falling similarity; the lower half is the index of the picture.
      keys[i] = (((long) ~sortable(similarities[i])) << 32) | i;
    }
    Arrays.sort(keys);
    return keys;
  }

  /// The bits of a float as an integer with the same order.
  private static int sortable(float value) {
    int bits = Float.floatToIntBits(value + 0f);
    return bits ^ ((bits >> 31) & Integer.MAX_VALUE);
  }

  private Ranking(long[] keys, int[] labels, int label) {
    int[] ends = new int[keys.length];
    int[] hits = new int[keys.length];
    int group = -1;
    int found = 0;
    long previous = Long.MIN_VALUE;
    for (int rank = 0; rank < keys.length; rank++) {
      long similarity = keys[rank] >> 32;
      if (rank == 0 || similarity != previous) {
        group++;
        previous = similarity;
      }
      ends[group] = rank + 1;
      if (labels[(int) keys[rank]] == label) {
        hits[group]++;
        found++;
      }
    }
    groupEnds = ends;
    groupHits = hits;
    groups = group + 1;
    relevant = found;
  }

  /// Number of right pictures in the gallery.
  int relevant() {
    return relevant;
  }

  /// The share of right pictures among the first k, or among all if the gallery is smaller.
  double precisionAt(int k) {
    int cut = Math.min(k, groups == 0 ? 0 : groupEnds[groups - 1]);
    return cut == 0 ? 0 : hitsAt(cut) / cut;
  }

  /// Number of right pictures among the first k.
  double hitsAt(int k) {
    double hits = 0;
    int start = 0;
    for (int g = 0; g < groups && start < k; g++) {
      int size = groupEnds[g] - start;
      hits += (double) groupHits[g] * Math.min(size, k - start) / size;
      start = groupEnds[g];
    }
    return hits;
  }

  /// Plain average precision over the whole gallery; 0 if nothing is right.
  double averagePrecision() {
    return relevant == 0 ? 0 : precisionSum(Integer.MAX_VALUE) / relevant;
  }

  /// Average precision of the first k, divided by the largest possible number of hits: min(R, k).
  double averagePrecisionStrict(int k) {
    return relevant == 0 ? 0 : precisionSum(k) / Math.min(relevant, k);
  }

  /// Average precision of the first k, divided by the number of right pictures among them.
  double averagePrecisionLenient(int k) {
    double hits = hitsAt(k);
    return hits == 0 ? 0 : precisionSum(k) / hits;
  }

  /// The sum of precision at each right rank up to k.
  private double precisionSum(int k) {
    double sum = 0;
    int start = 0;
    int hitsBefore = 0;
    for (int g = 0; g < groups && start < k; g++) {
      int size = groupEnds[g] - start;
      int hits = groupHits[g];
      if (hits > 0) {
        // The i-th of the tied is right with probability hits/size; each one before it in the tie
        // is then right with probability (hits-1)/(size-1).
        double others = size > 1 ? (double) (hits - 1) / (size - 1) : 0;
        int last = Math.min(size, k - start);
        for (int i = 1; i <= last; i++) {
          sum += (double) hits / size * (hitsBefore + (i - 1) * others + 1) / (start + i);
        }
      }
      hitsBefore += hits;
      start = groupEnds[g];
    }
    return sum;
  }
}
