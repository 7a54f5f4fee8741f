package io.sketchstream.query.http;

import io.sketchstream.events.ImagePosition;
import io.sketchstream.events.PositionTokens;
import io.sketchstream.query.QueryConfig;
import io.sketchstream.query.filter.FilterParser;
import io.sketchstream.query.filter.FilterSyntaxException;
import io.sketchstream.query.search.Question;
import jakarta.ws.rs.QueryParam;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;

/// What a search may say in its URL. All of it is text here, so that a wrong value is told by name.
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
      description = "Position tokens of writes that the answer must have seen",
      example = "0:42")
  @QueryParam("after")
  String after;

  @Parameter(description = "How long to wait, such as 500ms or 2s", example = "5s")
  @QueryParam("timeout")
  String timeout;

  @Parameter(
      description =
          "true: only an answer of all shards will do, 503 otherwise; else `shards` says how many"
              + " are in it")
  @QueryParam("complete")
  String complete;

  @Parameter(description = "The page after the one whose answer said this as `next`")
  @QueryParam("search_after")
  String searchAfter;

  @Parameter(
      description =
          "Count tags over the 200 images nearest to the sketch; this many tags, at most 100",
      example = "10")
  @QueryParam("facets")
  String facets;

  Question question(QueryConfig config, InstantSource clock) {
    Instant deadline = clock.instant().plus(timeout(config));
    return new Question(
        new Question.Page(
            count("k", k, 1, Question.K_MAX).orElse(K_DEFAULT),
            Objects.requireNonNullElse(searchAfter, "").strip(),
            count("facets", facets, 0, Question.FACETS_MAX).orElse(0)),
        filter(),
        text(),
        new Question.Demands(after(), deadline, complete()));
  }

  private static OptionalInt count(String name, String text, int min, int max) {
    if (text == null || text.isBlank()) {
      return OptionalInt.empty();
    }
    if (!text.matches("\\d{1,4}") || Integer.parseInt(text) < min || Integer.parseInt(text) > max) {
      throw new QueryProblem(
          400, "%s is '%s', not a number from %d to %d".formatted(name, text, min, max));
    }
    return OptionalInt.of(Integer.parseInt(text));
  }

  private boolean complete() {
    String given = Objects.requireNonNullElse(complete, "").strip();
    return switch (given.toLowerCase(Locale.ROOT)) {
      case "", "false" -> false;
      case "true" -> true;
      default -> throw new QueryProblem(400, "complete is '" + given + "', not true or false");
    };
  }

  private String filter() {
    String given = Objects.requireNonNullElse(filter, "");
    try {
      FilterParser.parse(given);
      return given;
    } catch (FilterSyntaxException e) {
      throw new QueryProblem(400, e.getMessage());
    }
  }

  private String text() {
    String given = Objects.requireNonNullElse(text, "");
    if (given.length() > Question.TEXT_LENGTH_MAX) {
      throw new QueryProblem(
          400, "text is longer than " + Question.TEXT_LENGTH_MAX + " characters");
    }
    return given;
  }

  private List<ImagePosition> after() {
    try {
      return PositionTokens.parse(Objects.requireNonNullElse(after, ""));
    } catch (IllegalArgumentException e) {
      throw new QueryProblem(400, "after: " + e.getMessage());
    }
  }

  private Duration timeout(QueryConfig config) {
    if (timeout == null || timeout.isBlank()) {
      return config.timeout();
    }
    Matcher matcher = DURATION.matcher(timeout.strip());
    if (!matcher.matches()) {
      throw new QueryProblem(
          400, "timeout is '" + timeout + "', not a duration such as 500ms or 2s");
    }
    long number = Long.parseLong(matcher.group(1));
    Duration duration =
        matcher.group(2).equals("ms") ? Duration.ofMillis(number) : Duration.ofSeconds(number);
    if (duration.isZero() || duration.compareTo(config.timeoutMax()) > 0) {
      throw new QueryProblem(
          400, "timeout is '" + timeout + "', not 1ms to " + config.timeoutMax().toMillis() + "ms");
    }
    return duration;
  }
}
