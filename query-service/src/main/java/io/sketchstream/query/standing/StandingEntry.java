package io.sketchstream.query.standing;

import io.sketchstream.events.Instants;
import io.sketchstream.events.StandingQuery;
import io.sketchstream.events.StandingQuery.LikenessCase;
import io.sketchstream.events.StandingQueryBounds;
import io.sketchstream.query.filter.FilterParser;
import io.sketchstream.query.filter.FilterSyntaxException;
import io.sketchstream.query.filter.TextParser;
import io.sketchstream.query.index.ImageFields;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.search.Query;

/// A valid standing query, as read from its topic.
///
/// @param query without its sketch, which only the embedder needs, and without the secret of its
///   webhook
/// @param likeness whether it has a sketch, an image, or neither
/// @param conditions what its filter and its text mean; an image has to match all of them
public record StandingEntry(StandingQuery query, LikenessCase likeness, List<Query> conditions) {

  /// @param key of its record
  /// @throws IllegalArgumentException naming what is not valid
  public static StandingEntry of(String key, StandingQuery query) {
    StandingQueryBounds.check(key, query);
    StandingQuery.Builder kept =
        query.hasSketch() ? query.toBuilder().clearSketch() : query.toBuilder();
    if (query.hasWebhook()) {
      kept.getWebhookBuilder().clearSecret(); // Only who signs needs it.
    }
    List<Query> conditions = new ArrayList<>();
    try {
      FilterParser.parse(query.getFilter()).ifPresent(conditions::add);
    } catch (FilterSyntaxException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    TextParser.refusal(query.getText())
        .ifPresent(reason -> {
          throw new IllegalArgumentException(reason);
        });
    TextParser.parseAll(query.getText()).ifPresent(conditions::add);
    return new StandingEntry(kept.build(), query.getLikenessCase(), List.copyOf(conditions));
  }

  /// Its id.
  public String id() {
    return query.getQueryId();
  }

  /// Whether it shows a photo, or is like an image of the gallery.
  boolean isOfPhoto() {
    return query.getPhoto() || likeness == LikenessCase.IMAGE_ID;
  }

  /// Whether its `until` has passed.
  public boolean isExpired(Instant now) {
    return query.hasUntil() && Instants.of(query.getUntil()).isBefore(now);
  }

  /// Images ingested from this time on count, in microseconds since 1970.
  long createdMicros() {
    return ImageFields.micros(query.getCreatedAt());
  }

  /// Equal for queries with the same conditions.
  String conditionsKey() {
    return query.getFilter() + "\0" + query.getText();
  }
}
