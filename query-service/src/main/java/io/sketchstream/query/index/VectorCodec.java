package io.sketchstream.query.index;

import java.io.IOException;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;

/// Lucene's own codec with our graph parameters and room for wider vectors. What it writes is
/// Lucene's own format under Lucene's own name, so any Lucene can read it.
final class VectorCodec extends Lucene104Codec {
  /// Widest vector that is accepted; ResNet-50 without a projection has 2048 dimensions.
  static final int DIMENSION_MAX = 2048;

  /// The hubness is one more.
  private static final int INDEXED_DIMENSION_MAX = DIMENSION_MAX + 1;

  private final KnnVectorsFormat format;

  VectorCodec(IndexOptions options) {
    this.format =
        new WideHnswFormat(options.vectors().format(options.maxConn(), options.beamWidth()));
  }

  @Override
  public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
    return format;
  }

  /// Lucene refuses more than 1024 dimensions when a document is added, nowhere else.
  private static final class WideHnswFormat extends KnnVectorsFormat {
    private final KnnVectorsFormat hnsw;

    WideHnswFormat(KnnVectorsFormat hnsw) {
      super(hnsw.getName());
      this.hnsw = hnsw;
    }

    @Override
    public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
      return hnsw.fieldsWriter(state);
    }

    @Override
    public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
      return hnsw.fieldsReader(state);
    }

    @Override
    public int getMaxDimensions(String fieldName) {
      return INDEXED_DIMENSION_MAX;
    }

    @Override
    public String toString() {
      return "Wide" + hnsw;
    }
  }
}
