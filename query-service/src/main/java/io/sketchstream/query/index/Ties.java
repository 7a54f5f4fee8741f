package io.sketchstream.query.index;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;

/// Completes a tie: images with the same vector, such as one placeholder stored a thousand times,
/// score the same, and the graph gives any of them. They are found by the hash of their vector
/// instead, so that a ranking shows the lowest ids first and no page repeats or skips one.
final class Ties {
  /// Most images of a tie that are examined.
  private static final int SIZE_MAX = 100_000;

  private final IndexSearcher searcher;
  private final Optional<Query> filter;

  Ties(IndexSearcher searcher, Optional<Query> filter) {
    this.searcher = searcher;
    this.filter = filter;
  }

  /// Adds to a ranking the images with the vector of one of them.
  void complete(List<Ranked> ranked, Ranked member) throws IOException {
    DocumentReader documents = new DocumentReader(searcher);
    documents.moveTo(member.doc());
    Term term = new Term(ImageFields.SAME_VECTOR, ImageFields.vectorTerm(documents.vector()));
    int size = Math.min(SIZE_MAX, searcher.getIndexReader().docFreq(term));
    if (size <= 1) {
      return;
    }
    BooleanQuery.Builder same = new BooleanQuery.Builder().add(new TermQuery(term), Occur.FILTER);
    filter.ifPresent(passing -> same.add(passing, Occur.FILTER));
    Set<Integer> known = new HashSet<>();
    ranked.forEach(image -> known.add(image.doc()));
    documents = new DocumentReader(searcher);
    for (ScoreDoc found : searcher.search(same.build(), size).scoreDocs) { // By document.
      if (known.add(found.doc)) {
        documents.moveTo(found.doc);
        ranked.add(new Ranked(ranked.size(), found.doc, member.score(), documents.imageId()));
      }
    }
  }
}
