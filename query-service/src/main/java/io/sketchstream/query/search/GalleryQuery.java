package io.sketchstream.query.search;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sketchstream.events.GalleryCursor;
import io.sketchstream.events.Hit;
import io.sketchstream.events.NewestAsked;
import io.sketchstream.events.SearchErrorCode;
import io.sketchstream.events.SearchRequest;
import io.sketchstream.query.filter.TextParser;
import io.sketchstream.query.index.ImageFields;
import io.sketchstream.query.index.NewestQuery;
import java.util.Base64;
import java.util.Optional;

/// A page of the gallery to be listed, newest first; parsed, and within its bounds. A page begins
/// after a place (time and id), not after a number of images, and holds in every generation.
///
/// @param search how many, of which, and how long to wait
/// @param place where the page begins; empty for the first one
/// @param vectors whether the vectors of the images are wanted
public record GalleryQuery(SearchQuery search, Optional<GalleryCursor> place, boolean vectors) {
  private static final int CURSOR_LENGTH_MAX = 2048;

  /// @param search with the length of the page as `k`
  /// @param cursor what the page before said as `next`; empty for the first one
  /// @throws SearchFailure when the cursor is not valid
  public static GalleryQuery of(SearchQuery search, String cursor) throws SearchFailure {
    return new GalleryQuery(search, place(cursor), false);
  }

  /// The same with the vectors of the images.
  public GalleryQuery withVectors() {
    return new GalleryQuery(search, place, true);
  }

  private static Optional<GalleryCursor> place(String cursor) throws SearchFailure {
    if (cursor.isEmpty()) {
      return Optional.empty();
    }
    try {
      if (cursor.length() <= CURSOR_LENGTH_MAX) {
        GalleryCursor place = GalleryCursor.parseFrom(Base64.getUrlDecoder().decode(cursor));
        if (!place.getImageId().isEmpty()) {
          return Optional.of(place);
        }
      }
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      // Refused below.
    }
    String shown = cursor.length() > 50 ? cursor.substring(0, 50) + "…" : cursor;
    throw new SearchFailure(
        SearchErrorCode.BAD_REQUEST, "cursor is '" + shown + "', not the next of a page");
  }

  /// The place after an image.
  static String next(Hit last) {
    GalleryCursor place =
        GalleryCursor.newBuilder()
            .setIngested(ImageFields.micros(last.getIngestedAt()))
            .setImageId(last.getImageId())
            .build();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(place.toByteArray());
  }

  int limit() {
    return search.k();
  }

  int facets() {
    return search.request().getFacets();
  }

  /// The question to each shard. One image more than a page has says whether there is a next one.
  NewestQuery newest() {
    SearchRequest request = search.request();
    NewestAsked.Builder asked =
        NewestAsked.newBuilder()
            .setLimit(limit() + 1)
            .setFilter(request.getFilter())
            .setText(request.getText())
            .setFacets(facets() > 0)
            .setVectors(vectors);
    place.ifPresent(asked::setAfter);
    return new NewestQuery(asked.build(), search.filter(), TextParser.parseAll(request.getText()));
  }
}
