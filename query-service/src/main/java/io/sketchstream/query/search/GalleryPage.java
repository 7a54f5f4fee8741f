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
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A page of the gallery, newest first.
///
/// @param generation the one whose index was read; images without a vector in it are not listed
/// @param images without scores, each with its vector if requested
/// @param total how many match, on all pages
/// @param next the cursor of the next page; empty when there is none
/// @param facets how often tags occur among the newest that match, most frequent first
/// @param galleries the same for the attribute `gallery`
/// @param shardsTotal how many shards there are
/// @param shardsAnswered how many of them are in this page
public record GalleryPage(
    Generation generation,
    List<GalleryImage> images,
    long total,
    String next,
    List<TagCount> facets,
    List<TagCount> galleries,
    int shardsTotal,
    int shardsAnswered) {
  /// The order of the shards, see `GalleryCursor`.
  private static final Comparator<GalleryImage> NEWEST_FIRST =
      Comparator.comparingLong(
              (GalleryImage image) -> -ImageFields.micros(image.hit().getIngestedAt()))
          .thenComparing(
              image -> image.hit().getImageIdBytes(),
              ByteString.unsignedLexicographicalComparator());

  /// An image of the page.
  ///
  /// @param vector without its hubness, see `shards.proto`; empty where not asked for
  public record GalleryImage(Hit hit, ByteString vector) {}

  /// Merges what the shards found; each gave its own newest, so that the page is exact.
  static GalleryPage merge(Generation generation, ShardReplies replies, GalleryQuery query) {
    List<GalleryImage> newest =
        replies.newest().stream()
            .flatMap(GalleryPage::images)
            .sorted(NEWEST_FIRST)
            .limit(query.limit() + 1L)
            .toList();
    boolean more = newest.size() > query.limit();
    List<GalleryImage> images = more ? newest.subList(0, query.limit()) : newest;
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
        more ? GalleryQuery.next(images.getLast().hit()) : "",
        tags.top(query.facets()),
        galleries.top(query.facets()),
        replies.shardsTotal(),
        replies.replies().size());
  }

  private static Stream<GalleryImage> images(NewestFound found) {
    // A process of an older version sends no vectors.
    boolean whole = found.getVectorsCount() == found.getImagesCount();
    return IntStream.range(0, found.getImagesCount())
        .mapToObj(i ->
            new GalleryImage(found.getImages(i), whole ? found.getVectors(i) : ByteString.EMPTY));
  }
}
