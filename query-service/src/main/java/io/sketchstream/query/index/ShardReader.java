package io.sketchstream.query.index;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;

/// What searches see of a shard, for other readers.
///
/// **Threads:** any.
public final class ShardReader {
  private static final Sort NEWEST_FIRST =
      new Sort(new SortField(ImageFields.INGESTED, SortField.Type.LONG, true));

  private final ImageIndex index;

  ShardReader(ImageIndex index) {
    this.index = index;
  }

  /// Which of some images a search would find now.
  ///
  /// @param conditions all of which an image has to match
  public Set<String> found(Collection<String> imageIds, Collection<Query> conditions) {
    BooleanQuery.Builder all =
        new BooleanQuery.Builder()
            .add(
                new TermInSetQuery(ImageFields.ID, imageIds.stream().map(BytesRef::new).toList()),
                Occur.FILTER);
    conditions.forEach(condition -> all.add(condition, Occur.FILTER));
    return reading(searcher -> {
      Set<String> found = new HashSet<>();
      DocumentReader documents = new DocumentReader(searcher);
      for (int doc : inOrder(searcher, all.build(), imageIds.size())) {
        documents.moveTo(doc);
        found.add(documents.imageId());
      }
      return found;
    });
  }

  /// Reads the images that were ingested at a time or later.
  ///
  /// @param micros since 1970
  /// @param countMax most images read; the newest ones
  /// @param batchSize how many the reader gets at a time
  public void since(long micros, int countMax, int batchSize, Consumer<List<Arrival>> reader) {
    reading(searcher -> {
      Query newer = LongPoint.newRangeQuery(ImageFields.INGESTED, micros, Long.MAX_VALUE);
      DocumentReader documents = new DocumentReader(searcher);
      List<Arrival> batch = new ArrayList<>(batchSize);
      for (int doc : inOrder(searcher, newer, countMax)) {
        documents.moveTo(doc);
        batch.add(
            new Arrival(
                documents.imageId(),
                documents.vector().clone(),
                documents.attributes(),
                ImageFields.timestamp(documents.ingested()),
                Optional.empty()));
        if (batch.size() == batchSize) {
          reader.accept(batch);
          batch.clear();
        }
      }
      reader.accept(batch);
      return null;
    });
  }

  /// How many images were ingested at a time or later.
  ///
  /// @param micros since 1970
  public int countSince(long micros) {
    return reading(searcher ->
        searcher.count(LongPoint.newRangeQuery(ImageFields.INGESTED, micros, Long.MAX_VALUE)));
  }

  /// Vectors of some images, evenly from the whole shard. The shard of an image depends on the hash
  /// of its id, so they are a fair sample of the gallery.
  public List<float[]> sample(int countMax) {
    return reading(searcher -> {
      List<float[]> vectors = new ArrayList<>();
      int documents = searcher.getIndexReader().numDocs();
      int step = Math.max(1, (documents + countMax - 1) / Math.max(1, countMax));
      DocumentReader reader = new DocumentReader(searcher);
      int seen = 0;
      for (LeafReaderContext leaf : searcher.getLeafContexts()) {
        Bits live = leaf.reader().getLiveDocs();
        for (int doc = 0; doc < leaf.reader().maxDoc(); doc++) {
          if ((live == null || live.get(doc)) && seen++ % step == 0) {
            reader.moveTo(leaf.docBase + doc);
            vectors.add(reader.vector().clone());
          }
        }
      }
      return vectors;
    });
  }

  /// How many images there are.
  public int documents() {
    return reading(searcher -> searcher.getIndexReader().numDocs());
  }

  private static int[] inOrder(IndexSearcher searcher, Query query, int countMax)
      throws IOException {
    ScoreDoc[] found = searcher.search(query, Math.max(1, countMax), NEWEST_FIRST).scoreDocs;
    int[] docs = new int[found.length];
    for (int i = 0; i < docs.length; i++) {
      docs[i] = found[i].doc;
    }
    Arrays.sort(docs);
    return docs;
  }

  private <T> T reading(ImageIndex.Reading<T> reading) {
    try {
      return index.searching(reading);
    } catch (IOException e) {
      throw new UncheckedIOException("the shard can't be read", e);
    }
  }
}
