package io.sketchstream.query.index;

import static org.apache.lucene.search.DocIdSetIterator.NO_MORE_DOCS;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.DocAndFloatFeatureBuffer;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.search.Weight;
import org.apache.lucene.search.knn.KnnSearchStrategy;

/// The candidates for the nearest images of a shard, best first.
///
/// 1. If a filter passes no more images than a walk of the graph would compare, these are scored
///    exactly: the fewer images pass, the further a walk must go to find enough of them, and the
///    more it misses.
/// 2. Otherwise the graph of each segment is walked for its share of the candidates, in proportion
///    to the images it holds, but for a few at least: a walk for very few misses the nearest.
/// 3. Images ingested together may be similar and lie in one segment. A segment whose candidates
///    are all among the best of the shard is therefore walked again, for as many as are wanted in
///    all, or twice as many as before.
///
/// If a graph returns fewer candidates than exist, as one with many removed images may, its segment
/// is scored exactly as well.
///
/// This is what Lucene's `KnnFloatVectorQuery` does with its optimistic collectors, kept apart for
/// two reasons. Its per-segment `k` has a slack of sixteen standard deviations; with ours
/// ([WalkWidth]), put in through its `KnnCollectorManager`, it is as fast as this, and without it a
/// quarter to a third slower at the same recall. But behind a filter it compares a segment exactly
/// whenever a walk gives less than its own estimate, which ours always is; and it knows no share by
/// how many images of a segment pass.
final class Candidates {
  /// Images that a walk compares for each candidate that it is to find.
  private static final int COMPARED_PER_CANDIDATE = 24;

  private static final Comparator<ScoreDoc> BEST_FIRST =
      Comparator.comparingDouble((ScoreDoc candidate) -> -candidate.score)
          .thenComparingInt(candidate -> candidate.doc);

  /// Never leaves out candidates of the graph that a filter passes; the default one does, and loses
  /// recall on clustered data.
  private static final KnnSearchStrategy WHOLE_GRAPH = new KnnSearchStrategy.Hnsw(0);

  private final IndexSearcher searcher;
  private final float[] vector;
  private final Optional<Query> filter;

  Candidates(IndexSearcher searcher, float[] vector, Optional<Query> filter) {
    this.searcher = searcher;
    this.vector = vector;
    this.filter = filter;
  }

  /// At most `width.total()`, less only where there are no more, or all that a narrow filter
  /// passes.
  ScoreDoc[] best(WalkWidth width) throws IOException {
    int documents = searcher.getIndexReader().numDocs();
    if (filter.isEmpty()) {
      return walk(width, null, documents);
    }
    Query passing = searcher.rewrite(filter.get());
    int passed = searcher.count(passing);
    Weight weight = searcher.createWeight(passing, ScoreMode.COMPLETE_NO_SCORES, 1);
    double compared = (double) COMPARED_PER_CANDIDATE * width.total() * documents / passed;
    return passed <= compared
        ? scoreAll(weight, Math.max(1, Math.min(passed, width.total())))
        : walk(width, weight, passed);
  }

  /// All images that the filter passes, without a graph.
  ScoreDoc[] all() throws IOException {
    Query passing = searcher.rewrite(filter.orElse(MatchAllDocsQuery.INSTANCE));
    Weight weight = searcher.createWeight(passing, ScoreMode.COMPLETE_NO_SCORES, 1);
    return scoreAll(weight, Math.max(1, searcher.count(passing)));
  }

  private ScoreDoc[] walk(WalkWidth width, Weight passing, int passed) throws IOException {
    List<Segment> segments = new ArrayList<>();
    for (LeafReaderContext leaf : searcher.getLeafContexts()) {
      Segment segment = new Segment(leaf, passing);
      if (segment.passed > 0) {
        segment.walk(width.of((double) segment.passed / Math.max(segment.passed, passed)));
        segments.add(segment);
      }
    }
    ScoreDoc[] best = merge(segments);
    boolean again = segments.size() > 1;
    while (again && best.length > width.total()) {
      float worst = best[width.total() - 1].score;
      again = false;
      for (Segment segment : segments) {
        if (segment.mayHoldMore(worst)) {
          segment.walk(Math.max(width.total(), 2 * segment.width));
          again = true;
        }
      }
      best = again ? merge(segments) : best;
    }
    return best.length > width.total() ? Arrays.copyOf(best, width.total()) : best;
  }

  private static ScoreDoc[] merge(List<Segment> segments) {
    if (segments.size() == 1) {
      return segments.getFirst().found; // Sorted, equal scores by number of the document.
    }
    int count = 0;
    for (Segment segment : segments) {
      count += segment.found.length;
    }
    ScoreDoc[] all = new ScoreDoc[count];
    int next = 0;
    for (Segment segment : segments) {
      System.arraycopy(segment.found, 0, all, next, segment.found.length);
      next += segment.found.length;
    }
    Arrays.sort(all, BEST_FIRST);
    return all;
  }

  private ScoreDoc[] scoreAll(Weight passing, int count) throws IOException {
    TopKnnCollector best = new TopKnnCollector(count, Integer.MAX_VALUE, WHOLE_GRAPH);
    for (LeafReaderContext leaf : searcher.getLeafContexts()) {
      Scorer matches = passing.scorer(leaf);
      if (matches != null) {
        score(leaf, matches.iterator(), best);
      }
    }
    return best.topDocs().scoreDocs;
  }

  /// Many at once, in a third of the time that one after the other takes.
  private void score(LeafReaderContext leaf, DocIdSetIterator matches, TopKnnCollector best)
      throws IOException {
    LeafReader reader = leaf.reader();
    VectorScorer.Bulk scorer =
        reader.getFloatVectorValues(ImageFields.VECTOR).rescorer(vector).bulk(matches);
    DocAndFloatFeatureBuffer scored = new DocAndFloatFeatureBuffer();
    do {
      scorer.nextDocsAndScores(NO_MORE_DOCS, reader.getLiveDocs(), scored);
      for (int i = 0; i < scored.size; i++) {
        best.collect(leaf.docBase + scored.docs[i], scored.features[i]);
      }
    } while (scored.size > 0);
  }

  /// One segment, and what its graph gave.
  private final class Segment {
    private final LeafReaderContext leaf;
    private final AcceptDocs accepted;
    private final int passed;
    private final int visitsMax;
    private int width;
    private ScoreDoc[] found = new ScoreDoc[0];

    /// @param passing null where all images do
    Segment(LeafReaderContext leaf, Weight passing) throws IOException {
      this.leaf = leaf;
      LeafReader reader = leaf.reader();
      if (reader.getFloatVectorValues(ImageFields.VECTOR) == null) {
        this.accepted = null;
        this.passed = 0;
      } else if (passing == null) {
        this.accepted = AcceptDocs.fromLiveDocs(reader.getLiveDocs(), reader.maxDoc());
        this.passed = reader.numDocs();
      } else {
        Scorer matches = passing.scorer(leaf);
        this.accepted =
            AcceptDocs.fromIteratorSupplier(
                () -> matches == null ? DocIdSetIterator.empty() : matches.iterator(),
                reader.getLiveDocs(),
                reader.maxDoc());
        this.passed = matches == null ? 0 : accepted.cost();
      }
      // A walk that sees more images than the filter passes costs more than scoring those.
      this.visitsMax = passing == null ? Integer.MAX_VALUE : passed;
    }

    void walk(int candidates) throws IOException {
      width = candidates;
      int reachable = Math.min(width, passed);
      TopKnnCollector collector = new TopKnnCollector(reachable, visitsMax, WHOLE_GRAPH);
      leaf.reader().searchNearestVectors(ImageFields.VECTOR, vector, collector, accepted);
      found = collector.topDocs().scoreDocs;
      for (ScoreDoc candidate : found) {
        candidate.doc += leaf.docBase;
      }
      if (found.length < reachable || collector.earlyTerminated()) {
        scoreExactly(reachable);
      }
    }

    private void scoreExactly(int count) throws IOException {
      TopKnnCollector best = new TopKnnCollector(count, Integer.MAX_VALUE, WHOLE_GRAPH);
      score(leaf, accepted.iterator(), best);
      found = best.topDocs().scoreDocs;
    }

    /// Images as good as the last of the best don't count: a tie is completed by [Ties].
    ///
    /// @param worst score of the last of the best of all segments
    boolean mayHoldMore(float worst) {
      return found.length == width && width < passed && found[found.length - 1].score > worst;
    }
  }
}
