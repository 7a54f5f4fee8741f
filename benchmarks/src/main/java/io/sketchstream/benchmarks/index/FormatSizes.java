package io.sketchstream.benchmarks.index;

import io.sketchstream.query.index.VectorFormat;
import java.util.Locale;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104HnswScalarQuantizedVectorsFormat;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.util.quantization.QuantizedByteVectorValues.ScalarEncoding;

/// What the vector formats cost on disk and in memory.
final class FormatSizes {
  private FormatSizes() {}

  /// What each format of `query.vectors` costs on disk and in the memory that searches touch: what
  /// the graph compares and the graph itself. Full vectors are on disk in any case, for scoring.
  static void print(Workplace home, float[][] vectors, float[][] queries) throws Exception {
    int[][] truth = ClusteredVectors.nearest(vectors, queries, Sweep.K, _ -> true);
    for (VectorFormat format : VectorFormat.values()) {
      boolean full = format == VectorFormat.FLOAT32;
      try (BareLucene index =
          new BareLucene(format.name(), home.resolve("format-" + format), codec(format), !full)) {
        index.build(vectors);
        double perMillion = 1e6 / vectors.length / (1 << 20);
        long touched =
            index.size(".vex") + (full ? index.size(".vec") : index.size(".veq", ".veb"));
        System.out.printf(
            Locale.ROOT,
            "  %s: %.0f MB on disk and %.0f MB touched by searches for a million vectors%n",
            format,
            index.size(".vec", ".vex", ".veq", ".veb", ".vem", ".vemq") * perMillion,
            touched * perMillion);
        Sweep _ = Sweep.of(index, queries, truth, new int[] {80, 160});
      }
    }
  }

  private static KnnVectorsFormat codec(VectorFormat format) {
    return switch (format) {
      case FLOAT32 -> new Lucene99HnswVectorsFormat(Contender.MAX_CONN, Contender.BEAM_WIDTH);
      case INT8 ->
          new Lucene104HnswScalarQuantizedVectorsFormat(
              ScalarEncoding.UNSIGNED_BYTE, Contender.MAX_CONN, Contender.BEAM_WIDTH);
      case BIT1 ->
          new Lucene104HnswScalarQuantizedVectorsFormat(
              ScalarEncoding.SINGLE_BIT_QUERY_NIBBLE, Contender.MAX_CONN, Contender.BEAM_WIDTH);
    };
  }
}
