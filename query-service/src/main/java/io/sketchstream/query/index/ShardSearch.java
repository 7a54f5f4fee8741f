package io.sketchstream.query.index;

import static org.apache.lucene.search.DocIdSetIterator.NO_MORE_DOCS;

import io.sketchstream.events.ImageAttributes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.search.Weight;
import org.apache.lucene.search.knn.KnnSearchStrategy;
import org.apache.lucene.util.BytesRef;

/// One search of one shard, over one view of it.
///
/// 1. With no filter, or one that passes much, the graph gives the `searchWidth` nearest
///    candidates.
/// 2. A filter that passes little (5 % or less, or no more than the width) is scored exactly: a
///    walk through the graph would miss what it can hardly reach.
/// 3. The candidates down to the score of the `k`-th get their ids, so that of equal scores the
///    lower ids are kept, whatever order the index holds them in.
/// 4. The `k` best get their attributes.
final class ShardSearch {
  private static final int EXACT_SHARE = 20; // One in 20 is 5 %.

  /// Never leaves out candidates of the graph that a filter passes; the default one does, and loses
  /// recall on clustered data.
  private static final KnnSearchStrategy WHOLE_GRAPH = new KnnSearchStrategy.Hnsw(0);

  private final IndexSearcher searcher;
  private final KnnQuery query;
  private final int width;

  ShardSearch(IndexSearcher searcher, KnnQuery query, int searchWidth) {
    this.searcher = searcher;
    this.query = query;
    this.width = Math.max(searchWidth, query.k());
  }

  List<ShardHit> nearest() throws IOException {
    return best(candidates(), true);
  }

  /// Images with the words, best match first; their score is the cosine all the same.
  List<ShardHit> bestWords() throws IOException {
    if (query.text().isEmpty()) {
      return List.of();
    }
    BooleanQuery.Builder words = new BooleanQuery.Builder().add(query.text().get(), Occur.MUST);
    query.filter().ifPresent(filter -> words.add(filter, Occur.FILTER));
    return best(searcher.search(words.build(), query.k()).scoreDocs, false);
  }

  static Optional<float[]> vectorOf(IndexSearcher searcher, String imageId) throws IOException {
    ScoreDoc[] found =
        searcher.search(new TermQuery(new Term(ImageFields.ID, imageId)), 1).scoreDocs;
    if (found.length == 0) {
      return Optional.empty();
    }
    LeafReaderContext leaf =
        searcher
            .getLeafContexts()
            .get(ReaderUtil.subIndex(found[0].doc, searcher.getLeafContexts()));
    FloatVectorValues vectors = leaf.reader().getFloatVectorValues(ImageFields.VECTOR);
    KnnVectorValues.DocIndexIterator documents = vectors.iterator();
    documents.advance(found[0].doc - leaf.docBase);
    return Optional.of(vectors.vectorValue(documents.index()).clone());
  }

  private ScoreDoc[] candidates() throws IOException {
    if (query.filter().isEmpty()) {
      return graph(null);
    }
    Query filter = searcher.rewrite(query.filter().get());
    int passed = searcher.count(filter);
    int documents = searcher.getIndexReader().numDocs();
    return passed <= Math.max(width, documents / EXACT_SHARE) ? scoreAll(filter) : graph(filter);
  }

  private ScoreDoc[] graph(Query filter) throws IOException {
    return searcher.search(
            new KnnFloatVectorQuery(ImageFields.VECTOR, query.vector(), width, filter, WHOLE_GRAPH),
            width)
        .scoreDocs;
  }

  private ScoreDoc[] scoreAll(Query filter) throws IOException {
    List<ScoreDoc> scored = new ArrayList<>();
    Weight weight = searcher.createWeight(filter, ScoreMode.COMPLETE_NO_SCORES, 1);
    for (LeafReaderContext leaf : searcher.getLeafContexts()) {
      Scorer matches = weight.scorer(leaf);
      if (matches != null) {
        scoreLeaf(leaf, matches.iterator(), scored);
      }
    }
    ScoreDoc[] all = scored.toArray(ScoreDoc[]::new);
    Arrays.sort(all, Comparator.comparingDouble((ScoreDoc candidate) -> -candidate.score));
    return all;
  }

  private void scoreLeaf(LeafReaderContext leaf, DocIdSetIterator matches, List<ScoreDoc> scored)
      throws IOException {
    VectorScorer scorer = scorer(leaf.reader());
    for (int doc = matches.nextDoc(); doc != NO_MORE_DOCS; doc = matches.nextDoc()) {
      boolean live = leaf.reader().getLiveDocs() == null || leaf.reader().getLiveDocs().get(doc);
      if (live && scorer.iterator().advance(doc) == doc) {
        scored.add(new ScoreDoc(leaf.docBase + doc, scorer.score()));
      }
    }
  }

  private VectorScorer scorer(LeafReader reader) throws IOException {
    return reader.getFloatVectorValues(ImageFields.VECTOR).scorer(query.vector());
  }

  /// Candidates with ids and attributes, cut to `k`.
  private List<ShardHit> best(ScoreDoc[] candidates, boolean byScore) throws IOException {
    int k = Math.min(query.k(), candidates.length);
    if (k == 0) {
      return List.of();
    }
    int kept = k;
    while (byScore
        && kept < candidates.length
        && candidates[kept].score == candidates[k - 1].score) {
      kept++;
    }
    List<Candidate> named = named(candidates, kept, byScore);
    if (byScore) {
      named.sort(
          Comparator.comparingDouble((Candidate candidate) -> -candidate.score)
              .thenComparing(candidate -> candidate.imageId));
    } else {
      named.sort(Comparator.comparingInt(candidate -> candidate.rank));
    }
    return described(named.subList(0, k));
  }

  private record Candidate(int rank, int doc, float score, String imageId) {}

  /// Reads ids in the order of documents, which is the only one doc values can be read in.
  private List<Candidate> named(ScoreDoc[] candidates, int count, boolean scored)
      throws IOException {
    List<Candidate> named = new ArrayList<>(count);
    Leaves leaves = new Leaves();
    for (int rank : inDocumentOrder(candidates, count)) {
      int doc = candidates[rank].doc;
      leaves.moveTo(doc);
      float score = scored ? candidates[rank].score : leaves.similarity();
      named.add(new Candidate(rank, doc, cosine(score), leaves.imageId()));
    }
    return named;
  }

  private List<ShardHit> described(List<Candidate> best) throws IOException {
    ShardHit[] hits = new ShardHit[best.size()];
    Integer[] order = new Integer[best.size()];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingInt(i -> best.get(i).doc()));
    Leaves leaves = new Leaves();
    for (int i : order) {
      Candidate candidate = best.get(i);
      leaves.moveTo(candidate.doc());
      hits[i] =
          new ShardHit(
              candidate.imageId(),
              candidate.score(),
              leaves.attributes(),
              ImageFields.timestamp(leaves.ingested()));
    }
    return List.of(hits);
  }

  private static Integer[] inDocumentOrder(ScoreDoc[] candidates, int count) {
    Integer[] order = new Integer[count];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingInt(i -> candidates[i].doc));
    return order;
  }

  /// Lucene's score of a dot product is `(1 + cosine) / 2`.
  private static float cosine(float score) {
    return Math.clamp(2 * score - 1, -1f, 1f);
  }

  /// Doc values of documents visited in ascending order.
  private final class Leaves {
    private LeafReaderContext leaf;
    private BinaryDocValues ids;
    private BinaryDocValues attributes;
    private NumericDocValues ingested;
    private VectorScorer vectors;
    private int doc;

    void moveTo(int globalDoc) throws IOException {
      if (leaf == null || globalDoc >= leaf.docBase + leaf.reader().maxDoc()) {
        List<LeafReaderContext> all = searcher.getLeafContexts();
        leaf = all.get(ReaderUtil.subIndex(globalDoc, all));
        ids = leaf.reader().getBinaryDocValues(ImageFields.ID);
        attributes = leaf.reader().getBinaryDocValues(ImageFields.ATTRIBUTES);
        ingested = leaf.reader().getNumericDocValues(ImageFields.INGESTED);
        vectors = null;
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

    float similarity() throws IOException {
      if (vectors == null) {
        vectors = scorer(leaf.reader());
      }
      vectors.iterator().advance(doc);
      return vectors.score();
    }
  }
}
