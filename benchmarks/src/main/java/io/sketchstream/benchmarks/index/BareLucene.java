package io.sketchstream.benchmarks.index;

import io.sketchstream.query.index.ImageFields;
import io.sketchstream.score.Score;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.RescoreTopNQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/// Lucene alone: one index with a vector and a number for each image, with its default merge
/// policy.
final class BareLucene implements Contender {
  private static final String VECTOR = "vector";
  private static final String NUMBER = "number";

  private final String name;
  private final KnnVectorsFormat format;
  private final boolean rescored;
  private final boolean ours;
  private final Directory directory;
  private DirectoryReader reader;
  private IndexSearcher searcher;
  private int width;

  /// @param rescored whether candidates are rescored with full vectors
  BareLucene(String name, Path files, KnnVectorsFormat format, boolean rescored)
      throws IOException {
    this(name, files, format, rescored, false);
  }

  /// @param ours whether the vectors have their hubness as one more dimension
  private BareLucene(
      String name, Path files, KnnVectorsFormat format, boolean rescored, boolean ours)
      throws IOException {
    this.name = name;
    this.format = format;
    this.rescored = rescored;
    this.ours = ours;
    this.directory = FSDirectory.open(files);
  }

  /// Lucene on the files of one of our shards, as they were last committed.
  static BareLucene on(Path shard) throws IOException {
    BareLucene lucene = new BareLucene("Lucene on ours", shard, null, false, true);
    lucene.reader = DirectoryReader.open(lucene.directory);
    lucene.searcher = new IndexSearcher(lucene.reader);
    return lucene;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void build(float[][] vectors) throws IOException {
    try (IndexWriter writer = new IndexWriter(directory, config())) {
      for (int number = 0; number < vectors.length; number++) {
        Document document = new Document();
        document.add(
            new KnnFloatVectorField(VECTOR, vectors[number], VectorSimilarityFunction.DOT_PRODUCT));
        document.add(new NumericDocValuesField(NUMBER, number));
        writer.addDocument(document);
      }
    }
    reader = DirectoryReader.open(directory);
    searcher = new IndexSearcher(reader);
  }

  private IndexWriterConfig config() {
    TieredMergePolicy merges = new TieredMergePolicy();
    merges.setNoCFSRatio(0); // Each kind of data in its own file, so that it can be measured.
    return new IndexWriterConfig()
        .setRAMBufferSizeMB(64)
        .setUseCompoundFile(false)
        .setMergePolicy(merges)
        .setCodec(
            new Lucene104Codec() {
              @Override
              public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                return format;
              }
            });
  }

  /// Merges everything into a single segment.
  void mergeToOne() throws IOException {
    reader.close();
    try (IndexWriter writer = new IndexWriter(directory, config())) {
      writer.forceMerge(1);
    }
    reader = DirectoryReader.open(directory);
    searcher = new IndexSearcher(reader);
  }

  int segments() {
    return reader.leaves().size();
  }

  /// Bytes of the files with this extension.
  long size(String... endings) throws IOException {
    long size = 0;
    for (String file : directory.listAll()) {
      for (String ending : endings) {
        if (file.endsWith(ending)) {
          size += directory.fileLength(file);
        }
      }
    }
    return size;
  }

  @Override
  public void effort(int candidates) {
    width = candidates;
  }

  @Override
  public int[] search(float[] sketch, int k) throws IOException {
    float[] vector = ours ? Score.searchVector(sketch) : sketch;
    Query query = new KnnFloatVectorQuery(VECTOR, vector, Math.max(width, k));
    if (rescored) {
      query = RescoreTopNQuery.createFullPrecisionRescorerQuery(query, vector, VECTOR, k);
    }
    ScoreDoc[] found = searcher.search(query, k).scoreDocs;
    int[] numbers = new int[found.length];
    for (int i = 0; i < found.length; i++) {
      LeafReaderContext leaf =
          reader.leaves().get(ReaderUtil.subIndex(found[i].doc, reader.leaves()));
      numbers[i] = number(leaf.reader(), found[i].doc - leaf.docBase);
    }
    return numbers;
  }

  private static int number(LeafReader segment, int doc) throws IOException {
    NumericDocValues numbers = segment.getNumericDocValues(NUMBER);
    if (numbers != null) {
      numbers.advance(doc);
      return (int) numbers.longValue();
    }
    BinaryDocValues ids = segment.getBinaryDocValues(ImageFields.ID);
    ids.advance(doc);
    return Integer.parseInt(ids.binaryValue().utf8ToString());
  }

  @Override
  public void close() throws IOException {
    if (reader != null) {
      reader.close();
    }
    directory.close();
  }
}
