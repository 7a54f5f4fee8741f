package io.sketchstream.query.search;

import com.google.protobuf.ByteString;
import io.sketchstream.events.Generation;
import io.sketchstream.events.Hit;
import io.sketchstream.events.NewestFound;
import io.sketchstream.events.TagCount;
import io.sketchstream.query.fanout.ShardReplies;
import io.sketchstream.query.index.ImageFields;
import io.sketchstream.query.index.TagCounts;
import java.util.Comparator;
import java.util.List;

/// A page of the gallery, newest first.
///
/// @param generation the one whose index was read; what it has no vector of is not listed
/// @param images without scores
/// @param total how many match, on all pages
/// @param next the cursor of the next page; empty when there is none
/// @param facets how often tags occur among the newest that match, most frequent first
/// @param galleries the same of the attribute `gallery`
/// @param shardsTotal how many shards there are
/// @param shardsAnswered how many of them are in this page
public record GalleryPage(
    Generation generation,
    List<Hit> images,
    long total,
    String next,
    List<TagCount> facets,
    List<TagCount> galleries,
    int shardsTotal,
    int shardsAnswered) {
  /// The order of the shards, see `GalleryCursor`.
  private static final Comparator<Hit> NEWEST_FIRST =
      Comparator.comparingLong((Hit hit) -> -ImageFields.micros(hit.getIngestedAt()))
          .thenComparing(Hit::getImageIdBytes, ByteString.unsignedLexicographicalComparator());

  /// Merges what the shards found; each gave its own newest, so that the page is exact.
  static GalleryPage merge(Generation generation, ShardReplies replies, GalleryQuery query) {
    List<Hit> newest =
        replies.newest().stream()
            .flatMap(found -> found.getImagesList().stream())
            .sorted(NEWEST_FIRST)
            .limit(query.limit() + 1L)
            .toList();
    boolean more = newest.size() > query.limit();
    List<Hit> images = more ? newest.subList(0, query.limit()) : newest;
    TagCounts tags = new TagCounts();
    TagCounts galleries = new TagCounts();
    for (NewestFound found : replies.newest()) {
      found.getTagsList().forEach(tags::add);
      found.getGalleriesList().forEach(galleries::add);
    }
    return new GalleryPage(
        generation,
        images,
        replies.newest().stream().mapToLong(NewestFound::getMatching).sum(),
        more ? GalleryQuery.next(images.getLast()) : "",
        tags.top(query.facets()),
        galleries.top(query.facets()),
        replies.shardsTotal(),
        replies.replies().size());
  }
}
