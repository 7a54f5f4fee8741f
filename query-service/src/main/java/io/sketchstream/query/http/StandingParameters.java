package io.sketchstream.query.http;

import com.google.protobuf.Timestamp;
import io.sketchstream.events.Instants;
import io.sketchstream.events.Sketch;
import io.sketchstream.events.StandingQuery;
import io.sketchstream.events.Webhook;
import io.sketchstream.query.standing.StandingEntry;
import io.sketchstream.shell.problem.ProblemException;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.QueryParam;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;

/// What a standing query may say in its URL.
public final class StandingParameters {
  private static final int SECRET_SIZE = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  @Parameter(
      description =
          "Its id: letters, digits, '.', '_' and '-'; made up where none is given. One that stands"
              + " already is replaced, and keeps what was told of it",
      example = "red-boats")
  @QueryParam("id")
  String id;

  @Parameter(description = "For people", example = "Red boats")
  @QueryParam("name")
  String name;

  @Parameter(description = "Instead of a sketch: the id of an image of the gallery")
  @QueryParam("like")
  String like;

  @Parameter(description = "Only images that match, as in a search")
  @QueryParam("filter")
  String filter;

  @Parameter(description = "Words, all of which are in the title or the tags")
  @QueryParam("text")
  String text;

  @Parameter(
      description =
          "How rare a match by likeness is: about one in so many images of the gallery would be"
              + " one",
      example = "1000")
  @QueryParam("one_in")
  String oneIn;

  @Parameter(
      description = "Instead of `one_in`: the best so many of what is told in 24 hours",
      example = "5")
  @QueryParam("per_day")
  String perDay;

  @Parameter(
      description = "When it ends, in ISO 8601; never where nothing is said",
      example = "2030-01-31T12:00:00Z")
  @QueryParam("until")
  String until;

  @Parameter(
      description = "URL that each match is posted to, signed",
      example = "https://example.org/matches")
  @QueryParam("webhook")
  String webhook;

  @Parameter(
      description =
          "Key of the webhook's signatures, 16 to 200 printable characters of ASCII; made up and"
              + " told in the answer where none is given")
  @HeaderParam("Sketchstream-Webhook-Secret")
  String webhookSecret;

  /// @param sketch of the body, if it has one
  /// @throws ProblemException naming the parameter that is not valid
  StandingQuery query(Optional<Sketch> sketch, Instant now) {
    StandingQuery.Builder query =
        StandingQuery.newBuilder()
            .setQueryId(text(id).isEmpty() ? UUID.randomUUID().toString() : text(id))
            .setName(text(name))
            .setFilter(text(filter))
            .setText(text(text))
            .setOneIn(SearchParameters.count("one_in", oneIn, 0))
            .setPerDay(SearchParameters.count("per_day", perDay, 0))
            .setCreatedAt(Instants.timestamp(now));
    if (sketch.isPresent() && !text(like).isEmpty()) {
      throw new ProblemException(400, "it has both a sketch and 'like': give one of them");
    }
    sketch.ifPresent(query::setSketch);
    if (!text(like).isEmpty()) {
      query.setImageId(text(like));
    }
    until(now).ifPresent(query::setUntil);
    webhook().ifPresent(query::setWebhook);
    StandingQuery built = query.build();
    try {
      StandingEntry.of(built.getQueryId(), built);
      return built;
    } catch (IllegalArgumentException e) {
      throw new ProblemException(400, e.getMessage());
    }
  }

  /// Whether the caller knows the secret of its webhook.
  boolean givesSecret() {
    return !text(webhookSecret).isEmpty();
  }

  private Optional<Webhook> webhook() {
    if (text(webhook).isEmpty()) {
      if (givesSecret()) {
        throw new ProblemException(400, "it has the secret of a webhook, and no 'webhook'");
      }
      return Optional.empty();
    }
    return Optional.of(
        Webhook.newBuilder()
            .setUrl(text(webhook))
            .setSecret(givesSecret() ? text(webhookSecret) : madeSecret())
            .build());
  }

  private static String madeSecret() {
    byte[] secret = new byte[SECRET_SIZE];
    RANDOM.nextBytes(secret);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
  }

  private static String text(String given) {
    return Objects.requireNonNullElse(given, "").strip();
  }

  private Optional<Timestamp> until(Instant now) {
    if (text(until).isEmpty()) {
      return Optional.empty();
    }
    Instant end;
    try {
      end =
          text(until).length() == 10
              ? LocalDate.parse(text(until)).plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant()
              : Instant.parse(text(until));
    } catch (DateTimeException e) {
      throw new ProblemException(
          400, "until is '" + until + "', no date such as 2030-01-31 or time in ISO 8601");
    }
    if (end.isBefore(now)) {
      throw new ProblemException(400, "until is '" + until + "', which is over");
    }
    return Optional.of(Instants.timestamp(end));
  }
}
