package io.sketchstream.query.http;

import io.sketchstream.events.Expand;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ImagePosition;
import io.sketchstream.events.Instants;
import io.sketchstream.events.PositionTokens;
import io.sketchstream.events.SearchRequest;
import io.sketchstream.query.QueryConfig;
import io.sketchstream.query.search.SearchFailure;
import io.sketchstream.query.search.SearchQuery;
import io.sketchstream.shell.access.GalleryLimit;
import io.sketchstream.shell.admission.Callers;
import io.sketchstream.shell.parameters.YesOrNo;
import io.sketchstream.shell.problem.ProblemException;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.QueryParam;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;

/// The URL parameters of a search. All are text here, so that an error can name the wrong
/// parameter.
public final class SearchParameters {
  private static final int K_DEFAULT = 10;
  private static final Pattern DURATION = Pattern.compile("(\\d{1,6})(ms|s|)");

  @Parameter(description = "How many hits, 1 to 1000", example = "10")
  @QueryParam("k")
  String k;

  @Parameter(
      description =
          "Only images that match, such as: tag:cat and not (colour = red or price >= 9.5)")
  @QueryParam("filter")
  String filter;

  @Parameter(description = "Words to look for in titles and tags, fused with the sketch by rank")
  @QueryParam("text")
  String text;

  @Parameter(
      description = "Position tokens of writes that the answer must include",
      example = "0:42")
  @QueryParam("after")
  String after;

  @Parameter(description = "How long to wait, such as 500ms or 2s", example = "5s")
  @QueryParam("timeout")
  String timeout;

  @Parameter(
      description =
          "true: require an answer from all shards, else 503; otherwise `shards` says how many of"
              + " them answered")
  @QueryParam("complete")
  String complete;

  @Parameter(description = "`next` of the previous page; empty for the first page")
  @QueryParam("search_after")
  String searchAfter;

  @Parameter(
      description =
          "Count tags over the 200 images nearest to the sketch; this many tags, at most 100",
      example = "10")
  @QueryParam("facets")
  String facets;

  @Parameter(
      description =
          "Search again with the sketch moved towards its first hits, to find more images like"
              + " them: auto (the default) does so if the first hits are alike, on always, off"
              + " never. Has no effect on a search for images similar to an image",
      example = "auto")
  @QueryParam("expand")
  String expand;

  @Parameter(
      description =
          "true: of near-duplicates only the best is a hit; its `duplicates` says how many more"
              + " there were among the `k`")
  @QueryParam("collapse")
  String collapse;

  @Parameter(
      description =
          "Ids of relevant images, joined by commas: the sketch is moved towards them (Rocchio)"
              + " before the search. At most 20, together with unlike",
      example = "3f0a,77b1")
  @QueryParam("like")
  String like;

  @Parameter(description = "Ids of irrelevant images: the sketch is moved away from them")
  @QueryParam("unlike")
  String unlike;

  @Parameter(
      description =
          "true: the body is a photo, not a sketch; it is embedded like the images of the gallery"
              + " and ranked by cosine similarity")
  @QueryParam("photo")
  String photo;

  @Parameter(
      description =
          "Generation to search, to compare models; it must be live (fed with images). Default:"
              + " the active one. Has no effect on a search for images similar to an image")
  @QueryParam("generation")
  String generation;

  /// @param caller images in galleries that it does not reach do not match
  /// @throws ProblemException naming the parameter that is not valid
  /// @throws SearchFailure naming what is not valid in the search as a whole
  SearchQuery query(QueryConfig config, InstantSource clock, RoutingContext caller)
      throws SearchFailure {
    Instant deadline = clock.instant().plus(timeout(config));
    SearchRequest request =
        SearchRequest.newBuilder()
            .setK(count("k", k, K_DEFAULT))
            .setSearchAfter(Objects.requireNonNullElse(searchAfter, "").strip())
            .setFacets(count("facets", facets, 0))
            .setFilter(Objects.requireNonNullElse(filter, ""))
            .setText(Objects.requireNonNullElse(text, ""))
            .addAllAfter(after())
            .setComplete(YesOrNo.of("complete", complete))
            .setCollapse(YesOrNo.of("collapse", collapse))
            .setExpand(expand())
            .addAllLike(ids(like))
            .addAllUnlike(ids(unlike))
            .setPhoto(YesOrNo.of("photo", photo))
            .setGeneration(generation())
            .setDeadline(Instants.timestamp(deadline))
            .build();
    SearchQuery asked = SearchQuery.parse(request, deadline); // The filter is valid on its own.
    GalleryLimit limit = GalleryLimit.of(caller);
    if (!limit.isNone()) {
      String narrowed = limit.narrowed(request.getFilter());
      asked = SearchQuery.parse(request.toBuilder().setFilter(narrowed).build(), deadline);
    }
    return asked.from(Callers.address(caller.request()));
  }

  /// A number of a URL.
  ///
  /// @param none value if the parameter is missing
  /// @throws ProblemException naming the parameter
  static int count(String name, String text, int none) {
    if (text == null || text.isBlank()) {
      return none;
    }
    if (!text.strip().matches("\\d{1,9}")) {
      throw new ProblemException(
          400, "%s is '%.100s', not a whole number from 0 to 999999999".formatted(name, text));
    }
    return Integer.parseInt(text.strip());
  }

  private static List<String> ids(String given) {
    return Arrays.stream(Objects.requireNonNullElse(given, "").split(","))
        .map(String::strip)
        .filter(id -> !id.isEmpty())
        .distinct()
        .toList();
  }

  private String generation() {
    String given = Objects.requireNonNullElse(generation, "").strip();
    try {
      return given.isEmpty() ? "" : new Generation(given).id();
    } catch (IllegalArgumentException e) {
      throw new ProblemException(400, "generation: " + e.getMessage());
    }
  }

  private Expand expand() {
    String given = Objects.requireNonNullElse(expand, "").strip();
    return switch (given.toLowerCase(Locale.ROOT)) {
      case "", "auto" -> Expand.EXPAND_AUTO;
      case "on" -> Expand.EXPAND_ON;
      case "off" -> Expand.EXPAND_OFF;
      default -> throw new ProblemException(400, "expand is '" + given + "', not auto, on or off");
    };
  }

  private List<ImagePosition> after() {
    try {
      return PositionTokens.parse(Objects.requireNonNullElse(after, ""));
    } catch (IllegalArgumentException e) {
      throw new ProblemException(400, "after: " + e.getMessage());
    }
  }

  private Duration timeout(QueryConfig config) {
    if (timeout == null || timeout.isBlank()) {
      return config.timeout();
    }
    Matcher matcher = DURATION.matcher(timeout.strip());
    if (!matcher.matches()) {
      throw new ProblemException(
          400, "timeout is '" + timeout + "', not a duration such as 500ms or 2s");
    }
    long number = Long.parseLong(matcher.group(1));
    Duration duration =
        matcher.group(2).equals("ms") ? Duration.ofMillis(number) : Duration.ofSeconds(number);
    if (duration.isZero() || duration.compareTo(config.timeoutMax()) > 0) {
      throw new ProblemException(
          400, "timeout is '" + timeout + "', not 1ms to " + config.timeoutMax().toMillis() + "ms");
    }
    return duration;
  }
}
