package io.sketchstream.benchmarks.index;

import io.sketchstream.benchmarks.measure.Benchmark;
import io.sketchstream.benchmarks.measure.Cpu;
import io.sketchstream.benchmarks.measure.Distribution;
import io.sketchstream.benchmarks.measure.Options;
import io.sketchstream.query.index.IndexOptions;
import io.sketchstream.query.index.VectorFormat;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// The index without encoder and HTTP: build rate, recall, cost of a search against bare Lucene on
/// the same vectors, JVector and hnswlib at equal recall, filters, freshness, memory by format.
public final class IndexBenchmark implements Benchmark {
  private static final double FILTER_CPU_SECONDS_MIN = 2;

  @Override
  public String name() {
    return "index";
  }

  @Override
  public String summary() {
    return "512-d vectors: build, recall, queries per CPU-second against Lucene, JVector, hnswlib";
  }

  @Override
  public void run(List<String> arguments) throws Exception {
    Options options =
        new Options(
            arguments,
            Set.of("vectors", "peers", "queries", "shards", "filters", "formats", "bare"));
    int count = options.integer("vectors", 1_000_000);
    int peers = Math.min(count, options.integer("peers", 100_000));
    int queryCount = options.integer("queries", 200);
    List<Integer> shards =
        Arrays.stream(options.text("shards", "1,2").split(",")).map(Integer::valueOf).toList();
    System.out.printf(
        Locale.ROOT,
        "%,d vectors of %d dimensions, %d queries, k=%d, M=%d, beam %d, %s shards, %d processors%n",
        count,
        ClusteredVectors.DIMENSION,
        queryCount,
        Sweep.K,
        Contender.MAX_CONN,
        Contender.BEAM_WIDTH,
        shards,
        Runtime.getRuntime().availableProcessors());
    try (Workplace home = Workplace.create("index")) {
      float[][] vectors = ClusteredVectors.make(0, count);
      float[][] queries = ClusteredVectors.make(1_500_000_000, queryCount);
      boolean filters = options.integer("filters", 1) == 1;
      String result =
          ours(home, vectors, queries, shards, filters, options.integer("bare", 1) == 1);
      float[][] fewer = Arrays.copyOf(vectors, peers);
      if (peers > 0) {
        result += IndexPeers.compare(home, fewer, queries);
      }
      if (options.integer("formats", 1) == 1) {
        FormatSizes.print(home, fewer, queries);
      }
      System.out.println("RESULT index vectors=" + count + " peers=" + peers + result);
    }
  }

  /// Ours with each number of shards, and Lucene, on the same vectors.
  private static String ours(
      Workplace home,
      float[][] vectors,
      float[][] queries,
      List<Integer> shards,
      boolean withFilters,
      boolean withBare)
      throws Exception {
    int[][] truth = ClusteredVectors.nearest(vectors, queries, Sweep.K, _ -> true);
    Map<Integer, Double> rates = new LinkedHashMap<>();
    StringBuilder result = new StringBuilder();
    for (int count : shards) {
      try (OwnIndex own = new OwnIndex(home.resolve("own-" + count), count, VectorFormat.FLOAT32)) {
        double build = IndexPeers.build(own, vectors);
        System.out.printf(
            "  %d shards, right after the fill: %d segments%n", count, own.segments());
        right(own, queries, truth);
        Cpu rest = new Cpu();
        own.awaitRest();
        System.out.printf(
            Locale.ROOT,
            "  at rest: %d segments, after %.1f s and %.1f CPU-s%n",
            own.segments(),
            rest.wallSeconds(),
            rest.cpuSeconds());
        rates.put(count, Sweep.of(own, queries, truth, Sweep.EFFORTS).rateAt(Sweep.EQUAL_RECALL));
        if (count == 1) {
          try (BareLucene same = BareLucene.on(own.files(0))) {
            System.out.printf("  Lucene on the same files: %d segments%n", same.segments());
            double rate = Sweep.of(same, queries, truth, Sweep.EFFORTS).rateAt(Sweep.EQUAL_RECALL);
            result.append(
                String.format(
                    Locale.ROOT, " over_lucene_on_the_same_files=%.2f", rates.get(count) / rate));
          }
        }
        own.effort(IndexOptions.defaults().searchWidth());
        result.append(figures(count, build, rates.get(count)));
        if (withFilters && count == shards.getFirst()) {
          result.append(filters(own, vectors, queries)).append(freshness(own, vectors.length));
        }
      }
    }
    if (!withBare) {
      return result.toString();
    }
    try (BareLucene lucene = IndexPeers.lucene(home.resolve("bare"))) {
      double _ = IndexPeers.build(lucene, vectors);
      System.out.printf("  bare Lucene, as it merges by default: %d segments%n", lucene.segments());
      double asMerged = Sweep.of(lucene, queries, truth, Sweep.EFFORTS).rateAt(Sweep.EQUAL_RECALL);
      lucene.mergeToOne();
      double whole = Sweep.of(lucene, queries, truth, Sweep.EFFORTS).rateAt(Sweep.EQUAL_RECALL);
      rates.forEach((count, rate) ->
          result.append(
              String.format(
                  Locale.ROOT,
                  " over_bare_lucene_%d=%.2f over_one_segment_%d=%.2f",
                  count,
                  rate / asMerged,
                  count,
                  rate / whole)));
    }
    return result.toString();
  }

  private static String figures(int shards, double build, double rate) {
    return String.format(
        Locale.ROOT, " build_per_s_%d=%.0f queries_per_cpu_s_%d=%.0f", shards, build, shards, rate);
  }

  /// As a user finds it at that moment: default width, current segments.
  private static void right(OwnIndex own, float[][] queries, int[][] truth) throws Exception {
    int[][] found = new int[queries.length][];
    double[] millis = new double[queries.length];
    double before = Cpu.ofThisThread(); // Merges run concurrently.
    for (int i = 0; i < queries.length; i++) {
      long start = System.nanoTime();
      found[i] = own.search(queries[i], Sweep.K);
      millis[i] = (System.nanoTime() - start) / 1e6;
    }
    System.out.printf(
        Locale.ROOT,
        "  at the default width: recall@10 %.4f, %.0f queries/CPU-s, %s%n",
        ClusteredVectors.recall(truth, found),
        queries.length / (Cpu.ofThisThread() - before),
        new Distribution(millis));
  }

  private static String filters(OwnIndex own, float[][] vectors, float[][] queries)
      throws Exception {
    StringBuilder result = new StringBuilder();
    for (int thousandths : OwnIndex.SELECTIVITIES) {
      int[][] truth =
          ClusteredVectors.nearest(
              vectors, queries, Sweep.K, number -> OwnIndex.passes(number, thousandths));
      int[][] found = new int[queries.length][];
      String filter = "tag:share" + thousandths;
      for (int i = 0; i < queries.length; i++) {
        found[i] = own.index().search(queries[i], Sweep.K, filter, List.of());
      }
      double before = Cpu.ofThisThread();
      double took;
      long searches = 0;
      do {
        for (float[] query : queries) {
          int[] _ = own.index().search(query, Sweep.K, filter, List.of());
        }
        searches += queries.length;
        took = Cpu.ofThisThread() - before;
      } while (took < FILTER_CPU_SECONDS_MIN);
      double recall = ClusteredVectors.recall(truth, found);
      System.out.printf(
          Locale.ROOT,
          "  filter passes %5.1f%%  recall@10 %.4f  %7.0f queries/CPU-s%n",
          thousandths / 10.0,
          recall,
          searches / took);
      result.append(String.format(Locale.ROOT, " recall_%d_permille=%.3f", thousandths, recall));
    }
    return result.toString();
  }

  /// Time from sending a batch to seeing its last image.
  private static String freshness(OwnIndex own, int first) throws Exception {
    int next = first;
    String result = "";
    for (int batch : new int[] {1, 10, 100, 1000}) {
      double[] millis = new double[20];
      for (int round = 0; round < millis.length; round++) {
        float[][] vectors = ClusteredVectors.make(next, batch);
        long start = System.nanoTime();
        for (int i = 0; i < batch; i++) {
          var _ = own.index().send(next + i, vectors[i], 0, List.of());
        }
        own.index().awaitAll();
        millis[round] = (System.nanoTime() - start) / 1e6;
        next += batch;
      }
      Distribution visible = new Distribution(millis);
      System.out.printf(Locale.ROOT, "  %4d new images visible: %s%n", batch, visible);
      if (batch == 1) {
        result =
            String.format(
                Locale.ROOT,
                " visible_p50_ms=%.1f visible_p99_ms=%.1f",
                visible.median(),
                visible.percentile(99));
      }
    }
    return result;
  }
}
