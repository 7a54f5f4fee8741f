package io.sketchstream.query.index;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;

/// One search of one shard, over one view of it.
///
/// 1. [Candidates] are found by the graphs, or, behind a narrow filter, exactly.
/// 2. The candidates down to the score of the `k`-th, all of them where the graph compares
///    quantised vectors, get their ids and their cosine from the full vectors. So a score is the
///    same whichever way an image was found, and of equal scores the lower ids are kept, whatever
///    order the index holds them in.
/// 3. The `k` best, or for a later page the `k` best after its place, get their attributes.
final class ShardSearch {
  /// How far into a ranking pages may go.
  static final int DEPTH_MAX = 10_000;

  /// Scores that differ by less are equal but for rounding on different ways.
  private static final float ROUNDING = 1e-6f;

  private final IndexSearcher searcher;
  private final KnnQuery query;
  private final int searchWidth;

  ShardSearch(IndexSearcher searcher, KnnQuery query, int searchWidth) {
    this.searcher = searcher;
    this.query = query;
    this.searchWidth = searchWidth;
  }

  List<ShardHit> nearest() throws IOException {
    if (query.after().isPresent()) {
      return laterPage(query.after().get());
    }
    ScoreDoc[] candidates =
        query.exact()
            ? candidates().all()
            : candidates().best(new Candidates.Width(searchWidth, query.shardsTotal(), query.k()));
    boolean approximate = quantised() && !query.exact();
    List<Candidate> exact = exact(candidates, approximate ? candidates.length : kept(candidates));
    exact.sort(Candidate.BEST_FIRST);
    return described(exact.subList(0, Math.min(query.k(), exact.size())));
  }

  /// Looks as far as the place and a page more; further where new images have come in before it.
  private List<ShardHit> laterPage(KnnQuery.After place) throws IOException {
    for (int depth = place.rank() + query.k(); ; depth *= 2) {
      int width = Math.max(searchWidth, depth);
      ScoreDoc[] candidates = candidates().best(new Candidates.Width(width, 1, width));
      List<Candidate> page = exact(candidates, candidates.length);
      page.removeIf(candidate -> !candidate.isAfter(place));
      if (page.size() >= query.k() || candidates.length < width || depth > 2 * DEPTH_MAX) {
        page.sort(Candidate.BEST_FIRST);
        return described(page.subList(0, Math.min(query.k(), page.size())));
      }
    }
  }

  /// Images with the words, best match first; their score is the cosine all the same.
  List<ShardHit> bestWords() throws IOException {
    if (query.text().isEmpty()) {
      return List.of();
    }
    BooleanQuery.Builder words = new BooleanQuery.Builder().add(query.text().get(), Occur.MUST);
    query.filter().ifPresent(filter -> words.add(filter, Occur.FILTER));
    ScoreDoc[] found = searcher.search(words.build(), query.k()).scoreDocs;
    List<Candidate> best = exact(found, found.length);
    best.sort(Comparator.comparingInt(Candidate::rank));
    return described(best);
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

  private Candidates candidates() {
    return new Candidates(searcher, query.vector(), query.filter());
  }

  /// Whether the graph of some part compares less than the full vectors.
  private boolean quantised() {
    for (LeafReaderContext leaf : searcher.getLeafContexts()) {
      if (VectorFormat.isQuantised(leaf.reader())) {
        return true;
      }
    }
    return false;
  }

  /// How many of the sorted candidates can be among the `k` best, ties included.
  private int kept(ScoreDoc[] candidates) {
    int kept = Math.min(query.k(), candidates.length);
    float worst = kept == 0 ? 0 : candidates[kept - 1].score - ROUNDING;
    while (kept < candidates.length && candidates[kept].score >= worst) {
      kept++;
    }
    return kept;
  }

  private record Candidate(int rank, int doc, float score, String imageId) {
    static final Comparator<Candidate> BEST_FIRST =
        Comparator.comparingDouble((Candidate candidate) -> -candidate.score)
            .thenComparing(Candidate::imageId);

    boolean isAfter(KnnQuery.After place) {
      return score < place.score()
          || score == place.score() && imageId.compareTo(place.imageId()) > 0;
    }
  }

  /// Ids and cosines of the first so many candidates, read in the order of documents, which is the
  /// only one doc values can be read in.
  private List<Candidate> exact(ScoreDoc[] candidates, int count) throws IOException {
    List<Candidate> exact = new ArrayList<>(count);
    DocumentReader documents = new DocumentReader(searcher);
    for (int rank : inDocumentOrder(count, rank -> candidates[rank].doc)) {
      int doc = candidates[rank].doc;
      documents.moveTo(doc);
      exact.add(new Candidate(rank, doc, documents.cosine(query.vector()), documents.imageId()));
    }
    return exact;
  }

  private List<ShardHit> described(List<Candidate> best) throws IOException {
    ShardHit[] hits = new ShardHit[best.size()];
    DocumentReader documents = new DocumentReader(searcher);
    for (int i : inDocumentOrder(best.size(), i -> best.get(i).doc())) {
      Candidate candidate = best.get(i);
      documents.moveTo(candidate.doc());
      hits[i] =
          new ShardHit(
              candidate.imageId(),
              candidate.score(),
              documents.attributes(),
              ImageFields.timestamp(documents.ingested()));
    }
    return List.of(hits);
  }

  /// The numbers from 0 up, by the documents they stand for.
  private static int[] inDocumentOrder(int count, IntUnaryOperator document) {
    long[] keys = new long[count];
    for (int i = 0; i < count; i++) {
      keys[i] = (long) document.applyAsInt(i) << Integer.SIZE | i;
    }
    Arrays.sort(keys);
    int[] order = new int[count];
    Arrays.setAll(order, i -> (int) keys[i]);
    return order;
  }
}
