package io.sketchstream.query.http;

import com.google.protobuf.Timestamp;
import io.sketchstream.events.Instants;
import io.sketchstream.events.Sketch;
import io.sketchstream.events.StandingQuery;
import io.sketchstream.events.StandingQueryBounds;
import io.sketchstream.events.Webhook;
import io.sketchstream.query.standing.StandingEntry;
import io.sketchstream.shell.parameters.YesOrNo;
import io.sketchstream.shell.problem.ProblemException;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.QueryParam;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;

/// The URL parameters of a standing query.
public final class StandingParameters {
  private static final int SECRET_SIZE = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  @Parameter(
      description =
          "Id of the standing query: letters, digits, '.', '_' and '-'; generated if missing. An"
              + " existing query with this id is replaced; its matches stay",
      example = "red-boats")
  @QueryParam("id")
  String id;

  @Parameter(description = "Name to display", example = "Red boats")
  @QueryParam("name")
  String name;

  @Parameter(description = "Instead of a sketch: the id of an image of the gallery")
  @QueryParam("like")
  String like;

  @Parameter(
      description =
          "true: the body is a photo, not a sketch; it is embedded like the images of the gallery"
              + " and compared by cosine similarity")
  @QueryParam("photo")
  String photo;

  @Parameter(description = "Only images that match, as in a search")
  @QueryParam("filter")
  String filter;

  @Parameter(description = "Words that must all occur in the title or the tags")
  @QueryParam("text")
  String text;

  @Parameter(
      description =
          "How rare a match by likeness is: about one in this many images of the gallery would"
              + " match",
      example = "1000")
  @QueryParam("one_in")
  String oneIn;

  @Parameter(
      description = "Instead of `one_in`: at most this many matches in 24 hours, the best",
      example = "5")
  @QueryParam("per_day")
  String perDay;

  @Parameter(
      description =
          "When the query ends, in ISO 8601 (UTC unless it names a zone); never if missing",
      example = "2030-01-31T12:00:00Z")
  @QueryParam("until")
  String until;

  @Parameter(
      description =
          "Partition of the Kafka topic `matches` that its matches are written to; by their keys if"
              + " missing",
      example = "0")
  @QueryParam("reply_partition")
  String replyPartition;

  @Parameter(
      description = "URL that each match is posted to, with a signature",
      example = "https://example.org/matches")
  @QueryParam("webhook")
  String webhook;

  @Parameter(
      description =
          "Key of the webhook's signatures, 16 to 200 printable ASCII characters; if missing, it is"
              + " generated and returned in the answer")
  @HeaderParam("Sketchstream-Webhook-Secret")
  String webhookSecret;

  /// @param sketch of the body, if it has one
  /// @throws ProblemException naming the parameter that is not valid
  StandingQuery query(Optional<Sketch> sketch, Instant now) {
    if (!text(id).isEmpty() && !StandingQueryBounds.isQueryId(text(id))) {
      throw new ProblemException(
          400, "id is '%.100s', not 1 to 100 of A-Z a-z 0-9 . _ -".formatted(text(id)));
    }
    StandingQuery.Builder query =
        StandingQuery.newBuilder()
            .setQueryId(text(id).isEmpty() ? UUID.randomUUID().toString() : text(id))
            .setName(text(name))
            .setFilter(text(filter))
            .setText(text(text))
            .setOneIn(positive("one_in", oneIn))
            .setPerDay(positive("per_day", perDay))
            .setPhoto(YesOrNo.of("photo", photo))
            .setCreatedAt(Instants.timestamp(now));
    if (sketch.isPresent() && !text(like).isEmpty()) {
      throw new ProblemException(
          400, "the query has both a sketch or photo and 'like': give one of them");
    }
    sketch.ifPresent(query::setSketch);
    if (!text(like).isEmpty()) {
      query.setImageId(text(like));
    }
    if (!text(replyPartition).isEmpty()) {
      query.setReplyPartition(SearchParameters.count("reply_partition", replyPartition, 0));
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

  /// A number of which none means the default; zero would be taken for it.
  private static int positive(String name, String given) {
    int number = SearchParameters.count(name, given, 0);
    if (number == 0 && !text(given).isEmpty()) {
      throw new ProblemException(400, "%s is 0; leave it out for its default".formatted(name));
    }
    return number;
  }

  /// Whether the caller knows the secret of its webhook.
  boolean givesSecret() {
    return !text(webhookSecret).isEmpty();
  }

  private Optional<Webhook> webhook() {
    if (text(webhook).isEmpty()) {
      if (givesSecret()) {
        throw new ProblemException(400, "the query has a webhook secret, but no 'webhook'");
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
      end = end(text(until));
    } catch (DateTimeException e) {
      throw new ProblemException(
          400, "until is '" + until + "', not a date such as 2030-01-31 or ISO 8601 time");
    }
    if (end.isBefore(now)) {
      throw new ProblemException(400, "until is '" + until + "', which is in the past");
    }
    return Optional.of(Instants.timestamp(end));
  }

  /// The end of a day, or a time, of UTC unless it names a zone, as in a filter.
  private static Instant end(String given) {
    if (given.length() == "2030-01-31".length()) {
      return LocalDate.parse(given).plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }
    TemporalAccessor time =
        DateTimeFormatter.ISO_DATE_TIME.parseBest(given, OffsetDateTime::from, LocalDateTime::from);
    return time instanceof LocalDateTime local
        ? local.toInstant(ZoneOffset.UTC)
        : OffsetDateTime.from(time).toInstant();
  }
}
