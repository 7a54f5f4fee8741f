package io.sketchstream.query.index;

import io.sketchstream.events.NearestFound;
import io.sketchstream.events.SearchCursor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
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
import org.apache.lucene.util.Bits;

/// One search of one shard, over one view of it.
///
/// 1. [Candidates] are found by the graphs, or, behind a narrow filter, exactly.
/// 2. The candidates down to the score of the `k`-th, all of them where the graph compares
///    quantised vectors, get their ids and their score from the full vectors. So a score is the
///    same whichever way an image was found, and of equal scores the lower ids are kept, whatever
///    order the index holds them in.
/// 3. The `k` best, or for a later page the `k` best after its cursor, get their attributes.
final class ShardSearch {
  /// How far into a ranking pages may go.
  static final int DEPTH_MAX = 10_000;

  /// Scores that differ by less are equal, except for rounding.
  private static final float ROUNDING = 1e-6f;

  private final IndexSearcher searcher;
  private final KnnQuery query;
  private final int searchWidth;

  ShardSearch(IndexSearcher searcher, KnnQuery query, int searchWidth) {
    this.searcher = searcher;
    this.query = query;
    this.searchWidth = searchWidth;
  }

  NearestFound found() throws IOException {
    List<Ranked> nearest = nearest();
    NearestFound.Builder found =
        NearestFound.newBuilder()
            .addAllByVector(DocumentReader.hits(searcher, nearest))
            .addAllByText(DocumentReader.hits(searcher, bestWords()))
            .addAllVectors(
                DocumentReader.vectors(
                    searcher,
                    nearest.subList(0, Math.min(query.asked().getVectors(), nearest.size()))));
    if (query.asked().getSample() > 0) {
      found.setDocuments(searcher.getIndexReader().numDocs());
      sample(query.asked().getSample(), found);
    }
    return found.build();
  }

  /// Scores of evenly spaced images; instead of a removed one, the next that was not removed.
  private void sample(int count, NearestFound.Builder found) throws IOException {
    int documents = searcher.getIndexReader().maxDoc();
    DocumentReader reader = new DocumentReader(searcher);
    int last = -1;
    for (int i = 0; i < Math.min(count, documents); i++) {
      int doc = (int) ((long) i * documents / Math.min(count, documents));
      while (doc < documents && (doc <= last || isRemoved(doc))) {
        doc++;
      }
      if (doc == documents) {
        return;
      }
      reader.moveTo(doc);
      found.addSample(reader.score(query.vector()));
      last = doc;
    }
  }

  private boolean isRemoved(int doc) {
    List<LeafReaderContext> leaves = searcher.getLeafContexts();
    LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(doc, leaves));
    Bits live = leaf.reader().getLiveDocs();
    return live != null && !live.get(doc - leaf.docBase);
  }

  private List<Ranked> nearest() throws IOException {
    if (query.after().isPresent()) {
      return laterPage(query.after().get());
    }
    ScoreDoc[] candidates =
        query.exact()
            ? candidates().all()
            : candidates().best(new WalkWidth(searchWidth, query.shardsTotal(), query.k()));
    boolean approximate = quantised() && !query.exact();
    List<Ranked> ranked = rank(candidates, approximate ? candidates.length : kept(candidates));
    ranked.sort(Ranked.BEST_FIRST);
    if (ranked.size() >= query.k() && !query.exact()) {
      ties().complete(ranked, ranked.get(query.k() - 1), "", query.k());
      ranked.sort(Ranked.BEST_FIRST);
    }
    return ranked.subList(0, Math.min(query.k(), ranked.size()));
  }

  /// Looks as far as the page's start and one page further, and beyond if new images rank before
  /// the start.
  private List<Ranked> laterPage(SearchCursor cursor) throws IOException {
    for (int depth = cursor.getRank() + query.k(); ; depth *= 2) {
      int width = Math.max(searchWidth, depth);
      ScoreDoc[] candidates = candidates().best(new WalkWidth(width, 1, width));
      List<Ranked> ranked = rank(candidates, candidates.length);
      List<Ranked> page = after(cursor, ranked);
      if (page.size() >= query.k() || candidates.length < width || depth > 2 * DEPTH_MAX) {
        return page.subList(0, Math.min(query.k(), page.size()));
      }
    }
  }

  /// The images after a cursor, best first. Of the tie at the cursor and of that at the end of the
  /// page, no image that belongs on the page is missing.
  private List<Ranked> after(SearchCursor cursor, List<Ranked> ranked) throws IOException {
    for (Ranked image : List.copyOf(ranked)) {
      if (image.score() == cursor.getScore()) {
        ties().complete(ranked, image, cursor.getImageId(), query.k());
        break;
      }
    }
    ranked.removeIf(image -> !image.isAfter(cursor));
    ranked.sort(Ranked.BEST_FIRST);
    if (ranked.size() >= query.k()) {
      Ranked last = ranked.get(query.k() - 1);
      String from = last.score() == cursor.getScore() ? cursor.getImageId() : "";
      ties().complete(ranked, last, from, query.k());
      ranked.sort(Ranked.BEST_FIRST);
    }
    return ranked;
  }

  private Ties ties() {
    return new Ties(searcher, query.filter());
  }

  /// Images with the words, best match first; their score is still that of the vector.
  private List<Ranked> bestWords() throws IOException {
    if (query.words().isEmpty()) {
      return List.of();
    }
    BooleanQuery.Builder words = new BooleanQuery.Builder().add(query.words().get(), Occur.MUST);
    query.filter().ifPresent(filter -> words.add(filter, Occur.FILTER));
    ScoreDoc[] found = searcher.search(words.build(), query.k()).scoreDocs;
    List<Ranked> best = rank(found, found.length);
    best.sort(Comparator.comparingInt(Ranked::rank));
    return best;
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
    float[] indexed = vectors.vectorValue(documents.index());
    return Optional.of(Arrays.copyOf(indexed, indexed.length - 1));
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

  /// Ids and scores of the first so many candidates, read in the order of documents, which is the
  /// only one doc values can be read in.
  private List<Ranked> rank(ScoreDoc[] candidates, int count) throws IOException {
    List<Ranked> ranked = new ArrayList<>(count);
    DocumentReader documents = new DocumentReader(searcher);
    for (int rank : DocumentReader.order(count, rank -> candidates[rank].doc)) {
      int doc = candidates[rank].doc;
      documents.moveTo(doc);
      ranked.add(new Ranked(rank, doc, documents.score(query.vector()), documents.imageId()));
    }
    return ranked;
  }
}
