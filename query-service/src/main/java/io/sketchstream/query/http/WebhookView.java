package io.sketchstream.query.http;

import io.sketchstream.events.Instants;
import io.sketchstream.events.StandingQuery;
import io.sketchstream.events.WebhookChanged;
import io.sketchstream.query.webhooks.Webhooks;
import java.net.URI;
import java.util.Optional;

/// The webhook of a standing query as callers see it.
///
/// @param host of its URL; the rest of a URL is often secret
/// @param state `working`; `behind` while matches are still to be sent; `failing`; `stopped` after
///   repeated failures, until the query is registered again
/// @param reason why the last call failed
/// @param since when the failures began; null if there are none
/// @param secret of its signatures, in the answer to a registration that gave none; else null
public record WebhookView(String host, String state, String reason, String since, String secret) {

  /// Null if the query has no webhook.
  static WebhookView of(StandingQuery query, Webhooks webhooks) {
    if (!query.hasWebhook()) {
      return null;
    }
    String host = host(query.getWebhook().getUrl());
    Optional<WebhookChanged> trouble = webhooks.trouble(query.getQueryId(), query.getCreatedAt());
    if (trouble.isEmpty()) {
      return new WebhookView(host, "working", "", null, null);
    }
    WebhookChanged note = trouble.get();
    String state = note.hasStoppedAt() ? "stopped" : note.hasFailingSince() ? "failing" : "behind";
    String since = note.hasFailingSince() ? Instants.of(note.getFailingSince()).toString() : null;
    return new WebhookView(host, state, note.getReason(), since, null);
  }

  private static String host(String url) {
    try {
      return String.valueOf(URI.create(url).getHost());
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  WebhookView withSecret(String made) {
    return new WebhookView(host, state, reason, since, made);
  }
}
