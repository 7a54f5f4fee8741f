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
/// after a cursor (time and id), not after a number of images, and is valid in every generation.
///
/// @param search how many, of which, and how long to wait
/// @param cursor where the page begins; empty for the first one
/// @param vectors whether the vectors of the images are wanted
public record GalleryQuery(SearchQuery search, Optional<GalleryCursor> cursor, boolean vectors) {
  private static final int CURSOR_LENGTH_MAX = 2048;

  /// @param search with the length of the page as `k`
  /// @param next of the page before; empty for the first one
  /// @throws SearchFailure when the cursor is not valid
  public static GalleryQuery of(SearchQuery search, String next) throws SearchFailure {
    return new GalleryQuery(search, parse(next), false);
  }

  /// This query with the vectors of the images.
  public GalleryQuery withVectors() {
    return new GalleryQuery(search, cursor, true);
  }

  private static Optional<GalleryCursor> parse(String text) throws SearchFailure {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      if (text.length() <= CURSOR_LENGTH_MAX) {
        GalleryCursor cursor = GalleryCursor.parseFrom(Base64.getUrlDecoder().decode(text));
        if (!cursor.getImageId().isEmpty()) {
          return Optional.of(cursor);
        }
      }
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      // Refused below.
    }
    String shown = text.length() > 50 ? text.substring(0, 50) + "…" : text;
    throw new SearchFailure(
        SearchErrorCode.BAD_REQUEST, "cursor is '" + shown + "', not the next of a page");
  }

  /// The cursor after an image, as text.
  static String next(Hit last) {
    GalleryCursor cursor =
        GalleryCursor.newBuilder()
            .setIngested(ImageFields.micros(last.getIngestedAt()))
            .setImageId(last.getImageId())
            .build();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(cursor.toByteArray());
  }

  int limit() {
    return search.k();
  }

  int facets() {
    return search.request().getFacets();
  }

  /// The query to each shard. One image more than a page has says whether there is a next one.
  NewestQuery newest() {
    SearchRequest request = search.request();
    NewestAsked.Builder asked =
        NewestAsked.newBuilder()
            .setLimit(limit() + 1)
            .setFilter(request.getFilter())
            .setText(request.getText())
            .setFacets(facets() > 0)
            .setVectors(vectors);
    cursor.ifPresent(asked::setAfter);
    return new NewestQuery(asked.build(), search.filter(), TextParser.parseAll(request.getText()));
  }
}
