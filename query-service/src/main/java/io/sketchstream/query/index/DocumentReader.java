package io.sketchstream.query.index;

import io.sketchstream.events.ImageAttributes;
import java.io.IOException;
import java.util.List;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.VectorUtil;

/// Reads what is stored of documents that are visited in ascending order.
final class DocumentReader {
  private final List<LeafReaderContext> leaves;
  private LeafReaderContext leaf;
  private BinaryDocValues ids;
  private BinaryDocValues attributes;
  private NumericDocValues ingested;
  private FloatVectorValues vectors;
  private KnnVectorValues.DocIndexIterator vectorPlaces;
  private int doc;

  DocumentReader(IndexSearcher searcher) {
    this.leaves = searcher.getLeafContexts();
  }

  void moveTo(int globalDoc) throws IOException {
    if (leaf == null || globalDoc >= leaf.docBase + leaf.reader().maxDoc()) {
      leaf = leaves.get(ReaderUtil.subIndex(globalDoc, leaves));
      ids = leaf.reader().getBinaryDocValues(ImageFields.ID);
      attributes = leaf.reader().getBinaryDocValues(ImageFields.ATTRIBUTES);
      ingested = leaf.reader().getNumericDocValues(ImageFields.INGESTED);
      vectors = leaf.reader().getFloatVectorValues(ImageFields.VECTOR);
      vectorPlaces = vectors.iterator();
    }
    doc = globalDoc - leaf.docBase;
  }

  String imageId() throws IOException {
    if (!ids.advanceExact(doc)) {
      throw new IllegalStateException("document " + doc + " has no id");
    }
    return ids.binaryValue().utf8ToString();
  }

  ImageAttributes attributes() throws IOException {
    if (!attributes.advanceExact(doc)) {
      return ImageAttributes.getDefaultInstance();
    }
    BytesRef bytes = attributes.binaryValue();
    return ImageAttributes.parser().parseFrom(bytes.bytes, bytes.offset, bytes.length);
  }

  long ingested() throws IOException {
    return ingested.advanceExact(doc) ? ingested.longValue() : 0;
  }

  /// The full vector; valid until the next call.
  float[] vector() throws IOException {
    if (vectorPlaces.docID() < doc) {
      vectorPlaces.advance(doc);
    }
    return vectors.vectorValue(vectorPlaces.index());
  }

  /// Cosine of the full vector and another, both of unit length.
  float cosine(float[] query) throws IOException {
    return Math.clamp(VectorUtil.dotProduct(query, vector()), -1f, 1f);
  }
}
