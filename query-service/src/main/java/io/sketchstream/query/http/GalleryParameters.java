package io.sketchstream.query.http;

import io.sketchstream.query.QueryConfig;
import io.sketchstream.query.search.GalleryQuery;
import io.sketchstream.query.search.SearchFailure;
import io.sketchstream.query.search.SearchQuery;
import io.sketchstream.shell.parameters.YesOrNo;
import io.sketchstream.shell.problem.ProblemException;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.QueryParam;
import java.time.InstantSource;
import java.util.Objects;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;

/// The URL parameters of a gallery list; those that searches have as well are read in the same way.
public final class GalleryParameters {
  private static final int LIMIT_DEFAULT = 50;

  @Parameter(description = "How many images, 1 to 1000", example = "50")
  @QueryParam("limit")
  String limit;

  @Parameter(description = "`next` of the previous page; empty for the first page")
  @QueryParam("cursor")
  String cursor;

  @Parameter(description = "Only images that match; same syntax as in a search")
  @QueryParam("filter")
  String filter;

  @Parameter(description = "Only images with all of these words in title or tags")
  @QueryParam("text")
  String text;

  @Parameter(
      description =
          "Count tags over the newest 10,000 images of each shard that match; this many tags, at"
              + " most 100",
      example = "10")
  @QueryParam("facets")
  String facets;

  @Parameter(description = "true: include the vector of each image in the index of `generation`")
  @QueryParam("vectors")
  String vectors;

  @Parameter(description = "Position tokens of writes that the answer must include")
  @QueryParam("after")
  String after;

  @Parameter(description = "How long to wait, such as 500ms or 2s", example = "5s")
  @QueryParam("timeout")
  String timeout;

  @Parameter(description = "true: require an answer from all shards, else 503")
  @QueryParam("complete")
  String complete;

  /// @param caller images in galleries that it does not reach are not listed
  /// @throws ProblemException naming the parameter that is not valid
  /// @throws SearchFailure naming what is not valid in the request as a whole
  GalleryQuery query(QueryConfig config, InstantSource clock, RoutingContext caller)
      throws SearchFailure {
    int count = SearchParameters.count("limit", limit, LIMIT_DEFAULT);
    if (count < 1 || count > SearchQuery.K_MAX) {
      throw new ProblemException(
          400, "limit is %d, not 1 to %d".formatted(count, SearchQuery.K_MAX));
    }
    SearchParameters shared = new SearchParameters();
    shared.k = Integer.toString(count);
    shared.filter = filter;
    shared.text = text;
    shared.facets = facets;
    shared.after = after;
    shared.timeout = timeout;
    shared.complete = complete;
    SearchQuery search = shared.query(config, clock, caller);
    GalleryQuery query = GalleryQuery.of(search, Objects.requireNonNullElse(cursor, "").strip());
    return YesOrNo.of("vectors", vectors) ? query.withVectors() : query;
  }
}
