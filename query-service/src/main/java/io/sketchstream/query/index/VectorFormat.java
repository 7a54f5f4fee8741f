package io.sketchstream.query.index;

import java.util.Locale;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104HnswScalarQuantizedVectorsFormat;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.util.quantization.QuantizedByteVectorValues.ScalarEncoding;

/// The vector format in the graph of a shard. The full vectors are always kept, as the candidates
/// that the graph finds are scored by them. So quantisation saves the memory that searches touch,
/// not disk space.
///
/// Each segment keeps the format it was written in and is read in it; a changed setting applies to
/// segments written from then on, merges included. All segments are searched together.
public enum VectorFormat {
  /// Full vectors: 4 bytes for each dimension.
  FLOAT32,
  /// One byte for each dimension.
  INT8,
  /// One bit for each dimension (better binary quantisation).
  BIT1;

  /// Images of a segment up to which it has no graph: comparing with all of them takes no longer,
  /// and they are visible as soon as they are written.
  static final int WITHOUT_GRAPH_MAX = 1_000;

  /// The same threshold in Lucene's terms: the number of candidates whose search would visit as
  /// many images.
  private static final int GRAPH_THRESHOLD =
      (int) (WITHOUT_GRAPH_MAX / Math.log(WITHOUT_GRAPH_MAX));

  private static final String FULL = "Lucene99HnswVectorsFormat";

  /// @param name as in the configuration: `float32`, `int8` or `1bit`
  public static VectorFormat of(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "float32" -> FLOAT32;
      case "int8" -> INT8;
      case "1bit" -> BIT1;
      default ->
          throw new IllegalArgumentException(
              "vectors are float32, int8 or 1bit, not '" + name + "'");
    };
  }

  KnnVectorsFormat format(int maxConn, int beamWidth) {
    return switch (this) {
      case FLOAT32 -> new Lucene99HnswVectorsFormat(maxConn, beamWidth, 1, null, GRAPH_THRESHOLD);
      case INT8 -> quantised(ScalarEncoding.UNSIGNED_BYTE, maxConn, beamWidth);
      case BIT1 -> quantised(ScalarEncoding.SINGLE_BIT_QUERY_NIBBLE, maxConn, beamWidth);
    };
  }

  private static KnnVectorsFormat quantised(ScalarEncoding encoding, int maxConn, int beamWidth) {
    return new Lucene104HnswScalarQuantizedVectorsFormat(
        encoding, maxConn, beamWidth, 1, null, GRAPH_THRESHOLD);
  }

  /// Whether a segment was written in a quantised format.
  static boolean isQuantised(LeafReader segment) {
    FieldInfo field = segment.getFieldInfos().fieldInfo(ImageFields.VECTOR);
    return field != null
        && !FULL.equals(field.getAttribute(PerFieldKnnVectorsFormat.PER_FIELD_FORMAT_KEY));
  }
}
