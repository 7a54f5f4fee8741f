package io.sketchstream.trainer.evaluate;

import java.util.Arrays;

/// The gallery in the order of its similarity to one query: which ranks are right.
///
/// Where similarities are equal, as those of binary codes often are, no order is better than
/// another: every metric is its expected value over all orders of the tied (McSherry and Najork,
/// 2008), so that neither luck nor the order of files counts. Immutable.
final class Ranking {
  /// Where each group of equal similarity ends, exclusive, and how many of it are right.
  private final int[] groupEnds;

  private final int[] groupHits;
  private final int groups;
  private final int relevant;

  /// @param similarities of the query to each picture of the gallery
  /// @param labels the class of each
  /// @param label the class of the query
  static Ranking of(float[] similarities, int[] labels, int label) {
    return new Ranking(sorted(similarities), labels, label);
  }

  /// The places of the most similar pictures, best first; of equal ones the first.
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
      // Ascending in falling similarity; the lower half says which picture it is.
      keys[i] = (((long) ~sortable(similarities[i])) << 32) | i;
    }
    Arrays.sort(keys);
    return keys;
  }

  /// The bits of a number, in an order in which integers compare as the numbers do.
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

  /// How many of the gallery are right.
  int relevant() {
    return relevant;
  }

  /// The share of right ones among the first k, or among all if the gallery is smaller.
  double precisionAt(int k) {
    int cut = Math.min(k, groups == 0 ? 0 : groupEnds[groups - 1]);
    return cut == 0 ? 0 : hitsAt(cut) / cut;
  }

  /// Right ones among the first k.
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

  /// Plain average precision over the whole gallery; nought where nothing is right.
  double averagePrecision() {
    return relevant == 0 ? 0 : precisionSum(Integer.MAX_VALUE) / relevant;
  }

  /// Average precision of the first k, divided by the most that could be right there: min(R, k).
  double averagePrecisionStrict(int k) {
    return relevant == 0 ? 0 : precisionSum(k) / Math.min(relevant, k);
  }

  /// Average precision of the first k, divided by those that are right there.
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
        // The i-th of the tied is right with chance hits/size; of those before it in the tie,
        // (hits-1)/(size-1) are right then.
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
