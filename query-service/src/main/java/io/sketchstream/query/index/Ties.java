package io.sketchstream.query.index;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.FixedBitSet;
import org.apache.lucene.util.StringHelper;

/// Completes a tie: images with the same vector, such as one placeholder stored a thousand times,
/// score the same, and the graph gives any of them. Their terms in [ImageFields#SAME_VECTOR] are
/// neighbours, in the order of their ids. So the lowest ids are found without looking at the
/// others, a ranking shows those first, and no page repeats or skips one.
final class Ties {
  /// Most images of a tie that are looked at, where many are removed or do not pass the filter.
  private static final int EXAMINED_MAX = 100_000;

  private final IndexSearcher searcher;
  private final Optional<Query> filter;
  private int examined;

  Ties(IndexSearcher searcher, Optional<Query> filter) {
    this.searcher = searcher;
    this.filter = filter;
  }

  /// Adds to a ranking the images with the vector of one of them that have the lowest ids.
  ///
  /// @param after only ids after this one; may be empty
  /// @param count of images that the ranking has afterwards at least, if there are as many
  void complete(List<Ranked> ranked, Ranked member, String after, int count) throws IOException {
    DocumentReader documents = new DocumentReader(searcher);
    documents.moveTo(member.doc());
    float[] vector = documents.vector();
    BytesRef tie = ImageFields.vectorTerm(vector, "");
    BytesRef from = ImageFields.vectorTerm(vector, after);
    Set<Integer> known = new HashSet<>();
    ranked.forEach(image -> known.add(image.doc()));
    for (LeafReaderContext leaf : searcher.getLeafContexts()) {
      Terms terms = leaf.reader().terms(ImageFields.SAME_VECTOR);
      if (terms != null) {
        Segment segment = new Segment(leaf, known);
        TermsEnum term = terms.iterator();
        boolean more = term.seekCeil(from) != TermsEnum.SeekStatus.END;
        int left = count;
        while (more
            && left > 0
            && examined < EXAMINED_MAX
            && StringHelper.startsWith(term.term(), tie)) {
          int doc = term.term().equals(from) ? -1 : segment.passing(term);
          if (doc >= 0) {
            left--;
            if (known.add(doc)) {
              String id = ImageFields.imageId(term.term());
              ranked.add(new Ranked(ranked.size(), doc, member.score(), id));
            }
          }
          more = term.next() != null;
        }
      }
    }
  }

  /// One segment, and which of its images count.
  private final class Segment {
    private final LeafReaderContext leaf;
    private final Set<Integer> known;
    private PostingsEnum postings;
    private FixedBitSet passing;

    /// @param known documents that count
    Segment(LeafReaderContext leaf, Set<Integer> known) {
      this.leaf = leaf;
      this.known = known;
    }

    /// The image of a term; -1 when it is removed or does not pass the filter.
    int passing(TermsEnum term) throws IOException {
      postings = term.postings(postings, PostingsEnum.NONE);
      Bits live = leaf.reader().getLiveDocs();
      int doc = postings.nextDoc();
      while (doc != DocIdSetIterator.NO_MORE_DOCS) {
        examined++;
        boolean counts =
            known.contains(leaf.docBase + doc)
                || ((live == null || live.get(doc)) && (filter.isEmpty() || passing().get(doc)));
        if (counts) {
          return leaf.docBase + doc;
        }
        doc = postings.nextDoc();
      }
      return -1;
    }

    /// All that pass the filter: the terms are not in the order of the documents.
    private FixedBitSet passing() throws IOException {
      if (passing == null) {
        passing = new FixedBitSet(leaf.reader().maxDoc());
        Weight weight =
            searcher.createWeight(
                searcher.rewrite(filter.orElseThrow()), ScoreMode.COMPLETE_NO_SCORES, 1);
        Scorer matches = weight.scorer(leaf);
        if (matches != null) {
          passing.or(matches.iterator());
        }
      }
      return passing;
    }
  }
}
