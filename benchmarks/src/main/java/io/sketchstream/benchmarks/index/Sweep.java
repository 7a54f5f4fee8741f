package io.sketchstream.benchmarks.index;

import io.sketchstream.benchmarks.measure.Cpu;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Recall and cost of a contender at increasing effort.
final class Sweep {
  static final int[] EFFORTS = {10, 20, 40, 80, 160, 320, 640};
  static final int K = 10;
  static final double EQUAL_RECALL = .95;
  private static final double CPU_SECONDS_MIN = 3;

  private static final double WARM_UP_CPU_SECONDS = 6;

  /// @param recall at 10
  record Point(int effort, double recall, double queriesPerCpuSecond) {}

  private final String name;
  private final List<Point> points = new ArrayList<>();

  private Sweep(String name) {
    this.name = name;
  }

  /// Searches one query after the other, warm; until the first effort beyond recall .99, or the
  /// last one.
  static Sweep of(Contender contender, float[][] queries, int[][] truth, int[] efforts)
      throws Exception {
    Sweep sweep = new Sweep(contender.name());
    contender.effort(efforts[0]);
    double _ = rate(contender, queries, WARM_UP_CPU_SECONDS);
    for (int effort : efforts) {
      contender.effort(effort);
      Point point = measure(contender, effort, queries, truth);
      sweep.points.add(point);
      System.out.printf(
          Locale.ROOT,
          "  %-14s width %4d  recall@10 %.4f  %7.0f queries/CPU-s%n",
          sweep.name,
          effort,
          point.recall(),
          point.queriesPerCpuSecond());
      if (point.recall() > .99) {
        break;
      }
    }
    return sweep;
  }

  private static Point measure(Contender contender, int effort, float[][] queries, int[][] truth)
      throws Exception {
    int[][] found = new int[queries.length][];
    for (int i = 0; i < queries.length; i++) {
      found[i] = contender.search(queries[i], K);
    }
    double rate = rate(contender, queries, CPU_SECONDS_MIN);
    return new Point(effort, ClusteredVectors.recall(truth, found), rate);
  }

  /// By the CPU time of this thread, which does all the work of a search: the JIT compilers and the
  /// broker are not part of it.
  ///
  /// @return queries per CPU-second
  private static double rate(Contender contender, float[][] queries, double cpuSeconds)
      throws Exception {
    double start = Cpu.ofThisThread();
    long searches = 0;
    double took;
    do {
      for (float[] query : queries) {
        int[] _ = contender.search(query, K);
      }
      searches += queries.length;
      took = Cpu.ofThisThread() - start;
    } while (took < cpuSeconds);
    return searches / took;
  }

  /// Recall at an effort, or at the largest one below that was measured.
  double recallAt(int effort) {
    return points.stream()
        .filter(point -> point.effort() <= effort)
        .reduce((_, last) -> last)
        .orElseThrow()
        .recall();
  }

  /// Queries per CPU-second at a recall, between the two points around it; at the cheapest point
  /// where that is better already, and NaN if no point reaches it.
  double rateAt(double recall) {
    Point below = null;
    for (Point point : points) {
      if (point.recall() >= recall) {
        if (below == null) {
          return point.queriesPerCpuSecond();
        }
        double part = (recall - below.recall()) / (point.recall() - below.recall());
        return 1 / ((1 - part) / below.queriesPerCpuSecond() + part / point.queriesPerCpuSecond());
      }
      below = point;
    }
    return Double.NaN;
  }
}
