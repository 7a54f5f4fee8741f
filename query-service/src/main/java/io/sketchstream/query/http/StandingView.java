package io.sketchstream.query.http;

import io.sketchstream.events.Instants;
import io.sketchstream.events.StandingQuery;
import io.sketchstream.events.StandingQueryBounds;
import io.sketchstream.query.QueryEngine;
import io.sketchstream.query.standing.StandingEntry;
import io.sketchstream.query.standing.StandingQueries;
import java.util.OptionalDouble;

/// A standing query as callers see it.
///
/// @param likeness `sketch`, `photo`, `image` or `none`
/// @param imageId of the image that it is like; empty for none
/// @param oneIn about one in this many images is a match by likeness; 0 with `perDay`
/// @param perDay at most this many matches by likeness in 24 hours, the best; 0 without such a
///   bound
/// @param until when it ends; null for never
/// @param state `watching`, `waiting` for its vector in the active model, or `refused`
/// @param reason why it is refused
/// @param threshold the score that a match needs in the active model, as this process knows it;
///   null for a query without likeness, or if the gallery is too small to tell
/// @param matches how many are kept in memory
/// @param replyPartition of the topic `matches` that its matches are written to; null where their
///   keys decide
/// @param webhook null for none
public record StandingView(
    String id,
    String name,
    String likeness,
    String imageId,
    String filter,
    String text,
    int oneIn,
    int perDay,
    String createdAt,
    String until,
    String state,
    String reason,
    Double threshold,
    int matches,
    Integer replyPartition,
    WebhookView webhook) {

  static StandingView of(StandingEntry entry, QueryEngine engine) {
    StandingQueries standing = engine.standing();
    StandingQuery query = entry.query();
    String refusal = standing.refusal(entry);
    OptionalDouble threshold = standing.threshold(entry.id());
    return new StandingView(
        entry.id(),
        query.getName(),
        switch (entry.likeness()) {
          case SKETCH -> query.getPhoto() ? "photo" : "sketch";
          case IMAGE_ID -> "image";
          case LIKENESS_NOT_SET -> "none";
        },
        query.getImageId(),
        query.getFilter(),
        query.getText(),
        query.getPerDay() == 0 ? StandingQueryBounds.oneIn(query) : 0,
        query.getPerDay(),
        Instants.of(query.getCreatedAt()).toString(),
        query.hasUntil() ? Instants.of(query.getUntil()).toString() : null,
        state(entry, standing, refusal),
        refusal,
        threshold.isPresent() ? threshold.getAsDouble() : null,
        standing.log().count(entry.id()),
        query.hasReplyPartition() ? query.getReplyPartition() : null,
        WebhookView.of(query, engine.webhooks()));
  }

  /// A copy with the generated secret of its webhook.
  StandingView withSecret(String secret) {
    return new StandingView(
        id,
        name,
        likeness,
        imageId,
        filter,
        text,
        oneIn,
        perDay,
        createdAt,
        until,
        state,
        reason,
        threshold,
        matches,
        replyPartition,
        webhook.withSecret(secret));
  }

  private static String state(StandingEntry entry, StandingQueries standing, String refusal) {
    if (standing.isWatching(entry)) {
      return "watching";
    }
    return refusal.isEmpty() ? "waiting" : "refused";
  }
}
