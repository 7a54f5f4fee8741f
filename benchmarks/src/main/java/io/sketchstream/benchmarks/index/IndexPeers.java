package io.sketchstream.benchmarks.index;

import io.sketchstream.benchmarks.measure.Cpu;
import io.sketchstream.query.index.VectorFormat;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;

/// The index beside bare Lucene, JVector and hnswlib on the same vectors.
final class IndexPeers {
  private IndexPeers() {}

  static String compare(Workplace home, float[][] vectors, float[][] queries) throws Exception {
    System.out.printf(
        Locale.ROOT, "%,d vectors, at recall %.2f:%n", vectors.length, Sweep.EQUAL_RECALL);
    int[][] truth = ClusteredVectors.nearest(vectors, queries, Sweep.K, _ -> true);
    List<Contender> contenders =
        List.of(
            new OwnIndex(home.resolve("own-fewer"), 1, VectorFormat.FLOAT32),
            lucene(home.resolve("bare-fewer")),
            new JVectorIndex(),
            new HnswlibIndex());
    List<Double> rates = new ArrayList<>();
    for (Contender contender : contenders) {
      try (contender) {
        double _ = build(contender, vectors);
        contender.awaitRest();
        rates.add(Sweep.of(contender, queries, truth, Sweep.EFFORTS).rateAt(Sweep.EQUAL_RECALL));
      }
    }
    return String.format(
        Locale.ROOT,
        " over_bare_lucene_at_peers=%.2f over_jvector=%.2f over_hnswlib=%.2f",
        rates.get(0) / rates.get(1),
        rates.get(0) / rates.get(2),
        rates.get(0) / rates.get(3));
  }

  static BareLucene lucene(Path files) throws Exception {
    return new BareLucene(
        "bare Lucene",
        files,
        new Lucene99HnswVectorsFormat(Contender.MAX_CONN, Contender.BEAM_WIDTH),
        false);
  }

  /// @return vectors a second, on the wall
  static double build(Contender contender, float[][] vectors) throws Exception {
    Cpu cpu = new Cpu();
    contender.build(vectors);
    double rate = vectors.length / cpu.wallSeconds();
    System.out.printf(
        Locale.ROOT,
        "%s: %,d built in %.1f s, %.0f/s, %.0f per CPU-second%n",
        contender.name(),
        vectors.length,
        cpu.wallSeconds(),
        rate,
        vectors.length / cpu.cpuSeconds());
    return rate;
  }
}
