package io.sketchstream.benchmarks.index;

import io.sketchstream.benchmarks.measure.Benchmark;
import io.sketchstream.benchmarks.measure.Options;
import io.sketchstream.query.index.IndexOptions;
import io.sketchstream.query.index.VectorFormat;
import io.sketchstream.score.Hubness;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// What hubness costs a search: the same vectors indexed with it, as one more dimension that the
/// graph walks by, and without. Recall is against brute force by the same score.
public final class HubnessBenchmark implements Benchmark {
  private static final int K = 10;
  private static final int BANK_FIRST = 1_000_000_000;
  private static final int QUERIES_FIRST = 1_500_000_000;

  @Override
  public String name() {
    return "hubness";
  }

  @Override
  public String summary() {
    return "recall and queries per CPU-second of an index with hubness over one without";
  }

  @Override
  public void run(List<String> arguments) throws Exception {
    Options options = new Options(arguments, Set.of("vectors", "queries", "bank"));
    int count = options.integer("vectors", 100_000);
    int queryCount = options.integer("queries", 500);
    Hubness hubness = bank(options.integer("bank", 350));
    float[][] vectors = ClusteredVectors.make(0, count);
    float[][] queries = ClusteredVectors.make(QUERIES_FIRST, queryCount);
    float[] hubs = new float[count];
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < count; i++) {
      hubs[i] = hubness.of(vectors[i]);
      sum += hubs[i];
      squares += hubs[i] * hubs[i];
    }
    double mean = sum / count;
    System.out.printf(
        Locale.ROOT,
        "%,d vectors, bank of %d, hubness %.3f +- %.3f, %d queries, one shard at rest%n",
        count,
        hubness.rows(),
        mean,
        Math.sqrt(squares / count - mean * mean),
        queryCount);
    try (Workplace home = Workplace.create("hubness")) {
      Sweep without =
          sweep(
              new OwnIndex(home.resolve("without"), 1, VectorFormat.FLOAT32),
              vectors,
              queries,
              new float[count]);
      Sweep with =
          sweep(
              new OwnIndex(home.resolve("with"), 1, VectorFormat.FLOAT32, hubness),
              vectors,
              queries,
              hubs);
      int width = IndexOptions.defaults().searchWidth();
      System.out.printf(
          Locale.ROOT,
          "RESULT hubness vectors=%d rate_over_without=%.2f recall_%d=%.4f recall_%d_without=%.4f%n",
          count,
          with.rateAt(Sweep.EQUAL_RECALL) / without.rateAt(Sweep.EQUAL_RECALL),
          width,
          with.recallAt(width),
          width,
          without.recallAt(width));
    }
  }

  private static Hubness bank(int rows) {
    float[] bank = new float[rows * ClusteredVectors.DIMENSION];
    float[][] vectors = ClusteredVectors.make(BANK_FIRST, rows);
    for (int i = 0; i < rows; i++) {
      System.arraycopy(
          vectors[i], 0, bank, i * ClusteredVectors.DIMENSION, ClusteredVectors.DIMENSION);
    }
    return Hubness.ofBank(bank, ClusteredVectors.DIMENSION);
  }

  private static Sweep sweep(OwnIndex own, float[][] vectors, float[][] queries, float[] hubness)
      throws Exception {
    try (own) {
      int[][] truth = ClusteredVectors.nearest(vectors, hubness, queries, K, _ -> true);
      double _ = IndexPeers.build(own, vectors);
      own.awaitRest();
      return Sweep.of(own, queries, truth, Sweep.EFFORTS);
    }
  }
}
