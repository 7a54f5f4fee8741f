package io.sketchstream.query.index;

import io.sketchstream.events.GalleryCursor;
import io.sketchstream.events.ImageAttributes;
import io.sketchstream.events.NewestFound;
import io.sketchstream.shell.access.GalleryLimit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.lucene.search.FieldDoc;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.util.BytesRef;

/// One page of the images of one shard, newest first, over one view of it.
///
/// The order is by time of ingestion, which does not change, then by id. So new images do not shift
/// pages, and a page is the same whichever process answers.
final class ShardListing {
  /// Tags are counted over at most this many of the newest matching images, as the attributes of
  /// each are read.
  static final int COUNTED_MAX = 10_000;

  /// Most tags sent to be added up with those of other shards.
  private static final int TAGS_MAX = 1_000;

  private static final Sort NEWEST_FIRST =
      new Sort(
          new SortField(ImageFields.INGESTED, SortField.Type.LONG, true),
          new SortField(ImageFields.ID, SortField.Type.STRING_VAL));

  private final IndexSearcher searcher;
  private final NewestQuery query;
  private final Query matching;

  ShardListing(IndexSearcher searcher, NewestQuery query) {
    this.searcher = searcher;
    this.query = query;
    this.matching = query.matching();
  }

  NewestFound found() throws IOException {
    List<Ranked> page = page();
    NewestFound.Builder found =
        NewestFound.newBuilder()
            .addAllImages(DocumentReader.hits(searcher, page))
            .setMatching(searcher.count(matching));
    if (query.asked().getVectors()) {
      found.addAllVectors(DocumentReader.vectors(searcher, page));
    }
    if (query.asked().getFacets()) {
      count(found);
    }
    return found.build();
  }

  private List<Ranked> page() throws IOException {
    FieldDoc after = query.after().map(this::place).orElse(null);
    ScoreDoc[] newest =
        searcher.searchAfter(after, matching, query.asked().getLimit(), NEWEST_FIRST).scoreDocs;
    List<Ranked> page = new ArrayList<>(newest.length);
    for (int i = 0; i < newest.length; i++) {
      BytesRef imageId = (BytesRef) ((FieldDoc) newest[i]).fields[1];
      page.add(new Ranked(i, newest[i].doc, 0, imageId.utf8ToString()));
    }
    return page;
  }

  /// Every document of the same time and id counts as shown: only one has an id.
  private FieldDoc place(GalleryCursor cursor) {
    int last = Math.max(0, searcher.getIndexReader().maxDoc() - 1);
    return new FieldDoc(
        last, 0, new Object[] {cursor.getIngested(), new BytesRef(cursor.getImageId())});
  }

  private void count(NewestFound.Builder found) throws IOException {
    ScoreDoc[] counted = searcher.search(matching, COUNTED_MAX, NEWEST_FIRST).scoreDocs;
    Arrays.sort(counted, Comparator.comparingInt(document -> document.doc));
    TagCounts tags = new TagCounts();
    TagCounts galleries = new TagCounts();
    DocumentReader documents = new DocumentReader(searcher);
    for (ScoreDoc document : counted) {
      documents.moveTo(document.doc);
      ImageAttributes attributes = documents.attributes();
      tags.addImage(attributes.getTagsList());
      String gallery = attributes.getExtraOrDefault(GalleryLimit.GALLERY, "");
      galleries.addImage(gallery.isEmpty() ? List.of() : List.of(gallery));
    }
    found.addAllTags(tags.top(TAGS_MAX)).addAllGalleries(galleries.top(TAGS_MAX));
  }
}
