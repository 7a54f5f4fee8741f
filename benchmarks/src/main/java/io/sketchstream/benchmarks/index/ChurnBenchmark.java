package io.sketchstream.benchmarks.index;

import io.sketchstream.benchmarks.measure.Benchmark;
import io.sketchstream.benchmarks.measure.Cpu;
import io.sketchstream.benchmarks.measure.Options;
import io.sketchstream.query.index.ShardStatus;
import io.sketchstream.query.index.VectorFormat;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToIntFunction;

/// Whether an index decays as its images change: in each generation a tenth of them gets other
/// vectors, and another tenth is removed and as many new ones come in. Recall and queries per
/// CPU-second after each, right after the changes, and now and then at rest.
public final class ChurnBenchmark implements Benchmark {
  private static final int PARTS = 10;
  private static final double CPU_SECONDS_MIN = 1.5;
  private static final double WARM_UP_CPU_SECONDS = 6;

  @Override
  public String name() {
    return "churn";
  }

  @Override
  public String summary() {
    return "an index of which a tenth is replaced and a tenth removed, again and again";
  }

  /// @param recall at 10, at the default width
  private record Point(double recall, double queriesPerCpuSecond) {}

  @Override
  public void run(List<String> arguments) throws Exception {
    Options options =
        new Options(arguments, Set.of("vectors", "generations", "queries", "shards", "rest"));
    int count = options.integer("vectors", 100_000);
    int generations = options.integer("generations", 20);
    int shards = options.integer("shards", 1);
    int rest = options.integer("rest", 5);
    float[][] queries = ClusteredVectors.make(1_500_000_000, options.integer("queries", 100));
    System.out.printf(
        Locale.ROOT,
        "%,d vectors of %d dimensions, %d generations, %d queries, k=%d, %d shards%n",
        count,
        ClusteredVectors.DIMENSION,
        generations,
        queries.length,
        Sweep.K,
        shards);
    try (Workplace home = Workplace.create("churn");
        OwnIndex own = new OwnIndex(home.resolve("own"), shards, VectorFormat.FLOAT32)) {
      Gallery gallery = new Gallery(own.index(), count);
      own.awaitRest();
      double _ = rate(own, queries, WARM_UP_CPU_SECONDS);
      Point first = measure("as filled", own, gallery, queries);
      Point last = first;
      double worst = first.recall();
      for (int generation = 1; generation <= generations; generation++) {
        gallery.change(generation);
        Point changed = measure("generation " + generation, own, gallery, queries);
        worst = Math.min(worst, changed.recall());
        if (generation % rest == 0 || generation == generations) {
          own.awaitRest();
          last = measure("  at rest", own, gallery, queries);
          worst = Math.min(worst, last.recall());
        }
      }
      System.out.printf(
          Locale.ROOT,
          "RESULT churn vectors=%d generations=%d shards=%d recall_first=%.4f recall_last=%.4f"
              + " recall_worst=%.4f queries_per_cpu_s_first=%.0f queries_per_cpu_s_last=%.0f"
              + " last_over_first=%.2f merges=%d merge_seconds=%.0f%n",
          count,
          generations,
          shards,
          first.recall(),
          last.recall(),
          worst,
          first.queriesPerCpuSecond(),
          last.queriesPerCpuSecond(),
          last.queriesPerCpuSecond() / first.queriesPerCpuSecond(),
          own.index().merges().count(),
          own.index().merges().seconds());
    }
  }

  private static Point measure(String when, OwnIndex own, Gallery gallery, float[][] queries)
      throws Exception {
    int[][] found = new int[queries.length][];
    for (int i = 0; i < queries.length; i++) {
      found[i] = own.search(queries[i], Sweep.K);
    }
    Point point =
        new Point(
            ClusteredVectors.recall(gallery.truth(queries), found),
            rate(own, queries, CPU_SECONDS_MIN));
    System.out.printf(
        Locale.ROOT,
        "  %-14s recall@10 %.4f  %7.0f queries/CPU-s  %2d segments  %6d removed  %4d merges%n",
        when,
        point.recall(),
        point.queriesPerCpuSecond(),
        own.segments(),
        sum(own, ShardStatus::deleted),
        own.index().merges().count());
    return point;
  }

  private static int sum(OwnIndex own, ToIntFunction<ShardStatus> figure) {
    return own.index().status().stream().mapToInt(figure).sum();
  }

  /// By the CPU time of this thread, which does all the work of a search.
  private static double rate(OwnIndex own, float[][] queries, double cpuSeconds)
      throws InterruptedException {
    double start = Cpu.ofThisThread();
    long searches = 0;
    double took;
    do {
      for (float[] query : queries) {
        int[] _ = own.search(query, Sweep.K);
      }
      searches += queries.length;
      took = Cpu.ofThisThread() - start;
    } while (took < cpuSeconds);
    return searches / took;
  }

  /// The images that are there, and their vectors now.
  private static final class Gallery {
    private final InProcessIndex index;
    private final int[] ids;
    private final float[][] vectors;
    private int nextId;
    private int nextVector;

    Gallery(InProcessIndex index, int count) throws InterruptedException {
      this.index = index;
      this.ids = new int[count];
      this.vectors = ClusteredVectors.make(0, count);
      this.nextVector = count;
      for (int i = 0; i < count; i++) {
        ids[i] = nextId++;
        send(i);
      }
      index.awaitAll();
    }

    /// Another tenth each time: the images of a place are replaced in one generation and removed in
    /// the next one.
    void change(int generation) throws InterruptedException {
      float[][] fresh = ClusteredVectors.make(nextVector, 2 * (ids.length / PARTS + 1));
      nextVector += fresh.length;
      int next = 0;
      for (int i = 0; i < ids.length; i++) {
        int part = Math.floorMod(i + generation, PARTS);
        if (part <= 1) {
          vectors[i] = fresh[next++];
          if (part == 1) {
            index.remove(ids[i]);
            ids[i] = nextId++;
          }
          send(i);
        }
      }
      index.awaitAll();
    }

    private void send(int i) {
      var _ = index.send(ids[i], vectors[i], 0, List.of());
    }

    /// The ids of the nearest images of each query.
    int[][] truth(float[][] queries) {
      return Arrays.stream(ClusteredVectors.nearest(vectors, queries, Sweep.K, _ -> true))
          .map(places -> Arrays.stream(places).map(place -> ids[place]).toArray())
          .toArray(int[][]::new);
    }
  }
}
