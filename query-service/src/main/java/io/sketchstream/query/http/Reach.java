package io.sketchstream.query.http;

import io.sketchstream.events.Filters;
import io.sketchstream.events.Generation;
import io.sketchstream.events.SearchAnswered;
import io.sketchstream.events.SearchErrorCode;
import io.sketchstream.events.SearchRequest;
import io.sketchstream.query.QueryEngine;
import io.sketchstream.query.search.GalleryPage;
import io.sketchstream.query.search.GalleryQuery;
import io.sketchstream.query.search.SearchFailure;
import io.sketchstream.query.search.SearchQuery;
import io.sketchstream.shell.access.GalleryLimit;
import io.sketchstream.shell.problem.ProblemException;
import io.vertx.ext.web.RoutingContext;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a caller whose key is limited to galleries may name. For it, images of other galleries do
/// not exist, not even to compare with.
final class Reach {
  private final QueryEngine engine;
  private final Generation generation;
  private final GalleryLimit limit;

  /// @throws ProblemException when no model is active
  Reach(QueryEngine engine, RoutingContext caller) {
    this.engine = engine;
    this.generation = Ready.active(engine);
    this.limit = GalleryLimit.of(caller);
  }

  /// Finds the images similar to an image.
  ///
  /// @throws SearchFailure also when the caller may not reach that image
  SearchAnswered similar(String imageId, SearchQuery query)
      throws SearchFailure, InterruptedException {
    SearchQuery asked = within(query);
    if (!limit.isNone() && among(List.of(imageId), asked).isEmpty()) {
      throw new SearchFailure(
          SearchErrorCode.NO_SUCH_IMAGE, "image '" + imageId + "' is not in the gallery");
    }
    return engine.directSearches().similar(generation, imageId, asked);
  }

  /// The search without feedback on images that the caller may not reach.
  SearchQuery within(SearchQuery query) throws SearchFailure, InterruptedException {
    SearchRequest request = query.request();
    Set<String> named =
        Stream.concat(request.getLikeList().stream(), request.getUnlikeList().stream())
            .collect(Collectors.toSet());
    if (limit.isNone() || named.isEmpty()) {
      return query;
    }
    Set<String> reached = among(named, query);
    SearchRequest.Builder narrowed = request.toBuilder().clearLike().clearUnlike();
    request.getLikeList().stream().filter(reached::contains).forEach(narrowed::addLike);
    request.getUnlikeList().stream().filter(reached::contains).forEach(narrowed::addUnlike);
    return SearchQuery.parse(narrowed.build(), query.deadline()).from(query.caller());
  }

  private Set<String> among(Collection<String> ids, SearchQuery query)
      throws SearchFailure, InterruptedException {
    SearchRequest asked =
        SearchRequest.newBuilder()
            .setK(ids.size())
            .setFilter(limit.narrowed(Filters.in("id", ids)))
            .addAllAfter(query.request().getAfterList())
            .build();
    Set<String> found = new HashSet<>();
    for (GalleryPage.GalleryImage image :
        engine
            .directSearches()
            .newest(generation, GalleryQuery.of(SearchQuery.parse(asked, query.deadline()), ""))
            .images()) {
      found.add(image.hit().getImageId());
    }
    return found;
  }
}
