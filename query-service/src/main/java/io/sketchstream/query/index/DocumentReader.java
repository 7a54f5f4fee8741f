package io.sketchstream.query.index;

import com.google.protobuf.ByteString;
import io.sketchstream.events.Hit;
import io.sketchstream.events.ImageAttributes;
import io.sketchstream.score.Score;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.util.BytesRef;

/// Reads what is stored of documents that are visited in ascending order.
final class DocumentReader {
  private static final float ROUNDING = 1e-6f;

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

  /// Images with their attributes, in the order given.
  static List<Hit> hits(IndexSearcher searcher, List<Ranked> images) throws IOException {
    Hit[] hits = new Hit[images.size()];
    DocumentReader documents = new DocumentReader(searcher);
    for (int i : order(images.size(), i -> images.get(i).doc())) {
      Ranked image = images.get(i);
      documents.moveTo(image.doc());
      hits[i] =
          Hit.newBuilder()
              .setImageId(image.imageId())
              .setScore(image.score())
              .setAttributes(documents.attributes())
              .setIngestedAt(ImageFields.timestamp(documents.ingested()))
              .build();
    }
    return List.of(hits);
  }

  /// The vectors of images without their hubness, in the order given.
  static List<ByteString> vectors(IndexSearcher searcher, List<Ranked> images) throws IOException {
    ByteString[] vectors = new ByteString[images.size()];
    DocumentReader documents = new DocumentReader(searcher);
    for (int i : order(images.size(), i -> images.get(i).doc())) {
      documents.moveTo(images.get(i).doc());
      float[] indexed = documents.vector();
      vectors[i] = PackedVector.pack(Arrays.copyOf(indexed, indexed.length - 1));
    }
    return List.of(vectors);
  }

  /// The numbers from 0 up, by the documents they stand for.
  static int[] order(int count, IntUnaryOperator document) {
    long[] keys = new long[count];
    for (int i = 0; i < count; i++) {
      keys[i] = (long) document.applyAsInt(i) << Integer.SIZE | i;
    }
    Arrays.sort(keys);
    int[] order = new int[count];
    Arrays.setAll(order, i -> (int) keys[i]);
    return order;
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

  /// Inner product of the full vector and a query's. Rounding alone takes a cosine past 1.
  float score(float[] query) throws IOException {
    float product = Score.of(query, vector());
    return Math.abs(Math.abs(product) - 1) < ROUNDING ? Math.signum(product) : product;
  }
}
