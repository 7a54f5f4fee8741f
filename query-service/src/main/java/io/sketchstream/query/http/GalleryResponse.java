package io.sketchstream.query.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.sketchstream.events.Hit;
import io.sketchstream.events.Instants;
import io.sketchstream.events.TagCount;
import io.sketchstream.query.http.SearchResponse.Shards;
import io.sketchstream.query.index.PackedVector;
import io.sketchstream.query.search.GalleryPage;
import io.sketchstream.query.search.GalleryPage.GalleryImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// A page of the gallery over HTTP.
///
/// @param generation the one whose index was read: all images listed have a vector of it
/// @param tookMillis from request to answer, as this service saw it
/// @param total how many images match, on all pages
/// @param images newest first
/// @param next the `cursor` of the next page; empty when there is none
/// @param facets how often tags occur, most frequent first, if asked for
/// @param galleries how many images each gallery has, most first, if asked for
public record GalleryResponse(
    String generation,
    double tookMillis,
    Shards shards,
    long total,
    List<ListedImage> images,
    String next,
    Map<String, Integer> facets,
    Map<String, Integer> galleries) {

  /// One image.
  ///
  /// @param ingestedAt when its content was ingested, in ISO 8601
  /// @param vector of unit length, if asked for
  public record ListedImage(
      String imageId,
      String title,
      List<String> tags,
      String uri,
      Map<String, String> extra,
      String ingestedAt,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Float> vector) {

    static ListedImage of(GalleryImage image, UnaryOperator<String> uris) {
      Hit hit = image.hit();
      return new ListedImage(
          hit.getImageId(),
          hit.getAttributes().getTitle(),
          List.copyOf(hit.getAttributes().getTagsList()),
          uris.apply(hit.getAttributes().getUri()),
          hit.getAttributes().getExtraMap(),
          Instants.of(hit.getIngestedAt()).toString(),
          numbers(PackedVector.unpack(image.vector())));
    }

    private static List<Float> numbers(float[] vector) {
      List<Float> numbers = new ArrayList<>(vector.length);
      for (float number : vector) {
        numbers.add(number);
      }
      return numbers;
    }
  }

  /// @param uris what the caller sees of them
  static GalleryResponse of(GalleryPage page, UnaryOperator<String> uris, long nanos) {
    return new GalleryResponse(
        page.generation().id(),
        Math.round(nanos / 1e4) / 1e2,
        new Shards(page.shardsTotal(), page.shardsAnswered()),
        page.total(),
        page.images().stream().map(image -> ListedImage.of(image, uris)).toList(),
        page.next(),
        byName(page.facets()),
        byName(page.galleries()));
  }

  private static Map<String, Integer> byName(List<TagCount> counts) {
    Map<String, Integer> byName = new LinkedHashMap<>();
    counts.forEach(count -> byName.put(count.getTag(), count.getCount()));
    return byName;
  }
}
