package io.sketchstream.query.search;

import io.sketchstream.events.Expand;
import io.sketchstream.events.Instants;
import io.sketchstream.events.NearestAsked;
import io.sketchstream.events.SearchCursor;
import io.sketchstream.events.SearchErrorCode;
import io.sketchstream.events.SearchRequest;
import io.sketchstream.query.filter.FilterParser;
import io.sketchstream.query.filter.FilterSyntaxException;
import io.sketchstream.query.filter.TextParser;
import io.sketchstream.query.index.KnnQuery;
import io.sketchstream.score.Feedback;
import io.sketchstream.score.QueryExpansion;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.lucene.search.Query;

/// A search that was parsed and whose every field is within its bounds. This is the one place where
/// bounds of a search are checked, whether it came over HTTP or through Kafka.
///
/// @param request as it came
/// @param filter what `request.filter` means; empty for all images
/// @param words what `request.text` means; empty for none
/// @param cursor where the page begins; empty for the first one
/// @param deadline when the caller stops waiting
/// @param caller whose share of slots it takes; [#UNKNOWN_CALLER] where it came through Kafka
public record SearchQuery(
    SearchRequest request,
    Optional<Query> filter,
    Optional<Query> words,
    Optional<SearchCursor> cursor,
    Instant deadline,
    String caller) {

  /// A caller that is not known, and has no share.
  public static final String UNKNOWN_CALLER = "";

  /// Most hits of one search.
  public static final int K_MAX = 1000;

  /// Longest text, in characters.
  public static final int TEXT_LENGTH_MAX = 500;

  /// Most tags that are counted for one search.
  public static final int FACETS_MAX = 100;

  /// Most writes that one search may ask to see.
  private static final int AFTER_MAX = 4096;

  /// Longest image id, in characters.
  private static final int IMAGE_ID_LENGTH_MAX = 200;

  /// Longest generation id and page cursor, in characters.
  private static final int CURSOR_LENGTH_MAX = 4096;

  /// Parses and checks a search.
  ///
  /// @param latest upper limit of the deadline, and the deadline if the search names none
  /// @throws SearchFailure naming the field that is out of bounds
  public static SearchQuery parse(SearchRequest request, Instant latest) throws SearchFailure {
    if (request.getExpand() == Expand.UNRECOGNIZED) {
      throw new SearchFailure(SearchErrorCode.BAD_REQUEST, "expand is not auto, on or off");
    }
    inRange("k", request.getK(), 1, K_MAX);
    inRange("facets", request.getFacets(), 0, FACETS_MAX);
    inRange("after: the number of positions", request.getAfterCount(), 0, AFTER_MAX);
    inRange("text: the length", request.getText().length(), 0, TEXT_LENGTH_MAX);
    Optional<String> wordless = TextParser.refusal(request.getText());
    if (wordless.isPresent()) {
      throw new SearchFailure(SearchErrorCode.BAD_REQUEST, wordless.get());
    }
    inRange("search_after: the length", request.getSearchAfter().length(), 0, CURSOR_LENGTH_MAX);
    checkFeedback(request);
    return new SearchQuery(
        request,
        filter(request),
        TextParser.parse(request.getText()),
        Cursors.parse(request),
        deadline(request, latest),
        UNKNOWN_CALLER);
  }

  /// This search with a known caller.
  public SearchQuery from(String whom) {
    return new SearchQuery(request, filter, words, cursor, deadline, whom);
  }

  private static void checkFeedback(SearchRequest request) throws SearchFailure {
    int named = request.getLikeCount() + request.getUnlikeCount();
    inRange("like and unlike: the number of images", named, 0, Feedback.IMAGES_MAX);
    for (String liked : request.getLikeList()) {
      inRange("like: the length of an id", liked.length(), 1, IMAGE_ID_LENGTH_MAX);
      if (request.getUnlikeList().contains(liked)) {
        throw new SearchFailure(
            SearchErrorCode.BAD_REQUEST, "image '" + liked + "' is in both like and unlike");
      }
    }
    for (String unliked : request.getUnlikeList()) {
      inRange("unlike: the length of an id", unliked.length(), 1, IMAGE_ID_LENGTH_MAX);
    }
  }

  private static void inRange(String field, int value, int min, int max) throws SearchFailure {
    if (value < min || value > max) {
      throw new SearchFailure(
          SearchErrorCode.BAD_REQUEST, "%s is %d, not %d to %d".formatted(field, value, min, max));
    }
  }

  private static Optional<Query> filter(SearchRequest request) throws SearchFailure {
    try {
      return FilterParser.parse(request.getFilter());
    } catch (FilterSyntaxException e) {
      throw new SearchFailure(SearchErrorCode.BAD_REQUEST, e.getMessage());
    }
  }

  private static Instant deadline(SearchRequest request, Instant latest) {
    return request.hasDeadline()
        ? Instants.deadline(request.getDeadline(), latest, Duration.ZERO)
        : latest;
  }

  /// How many hits are wanted.
  int k() {
    return request.getK();
  }

  /// The vector of the ranking whose later page this is, if it is not the sketch's own.
  Optional<ExpandedVector> expanded() {
    return cursor
        .map(SearchCursor::getExpanded)
        .filter(bytes -> !bytes.isEmpty())
        .map(ExpandedVector::new);
  }

  /// Whether the search has feedback: images named as right or wrong.
  boolean withFeedback() {
    return request.getLikeCount() + request.getUnlikeCount() > 0;
  }

  /// Whether the vector is a photo's, which is compared with others by cosine alone.
  boolean ofPhoto() {
    return request.getPhoto();
  }

  /// Whether it searches the whole gallery for a sketch or a photo, perhaps with words, so that the
  /// answer can say whether anything fits.
  boolean wantsDistinction() {
    return cursor.isEmpty() && filter.isEmpty() && !withFeedback();
  }

  /// Whether and how the query is expanded.
  QueryExpansion expansion() {
    if (ofPhoto()) {
      return new QueryExpansion(QueryExpansion.Mode.OFF, QueryExpansion.Parameters.defaults());
    }
    QueryExpansion.Mode mode =
        switch (request.getExpand()) {
          case EXPAND_AUTO -> QueryExpansion.Mode.AUTO;
          case EXPAND_ON -> QueryExpansion.Mode.ON;
          case EXPAND_OFF, UNRECOGNIZED -> QueryExpansion.Mode.OFF;
        };
    return new QueryExpansion(mode, QueryExpansion.Parameters.defaults());
  }

  /// Whether hits by words are fused with those by vector.
  boolean withText() {
    return !request.getText().isBlank();
  }

  /// Whether near-duplicates are collapsed.
  boolean collapse() {
    return request.getCollapse();
  }

  /// How many of the nearest are wanted: facets count more than are shown.
  int width() {
    return request.getFacets() == 0 ? k() : Math.max(k(), Facets.NEIGHBOURHOOD);
  }

  /// The query to each shard.
  ///
  /// @param vector with its dimension for the hubness
  /// @param wanted how much to ask of each shard
  KnnQuery nearest(float[] vector, NearestAsked wanted) {
    NearestAsked.Builder asked =
        wanted.toBuilder().setFilter(request.getFilter()).setText(request.getText());
    cursor.ifPresent(from -> asked.setAfter(from.toBuilder().clearExpanded()));
    return new KnnQuery(asked.build(), vector, filter, words);
  }
}
