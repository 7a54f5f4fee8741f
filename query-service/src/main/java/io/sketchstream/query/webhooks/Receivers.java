package io.sketchstream.query.webhooks;

import com.google.protobuf.Timestamp;
import io.sketchstream.events.Instants;
import io.sketchstream.events.StandingQuery;
import io.sketchstream.events.StandingQueryBounds;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// The webhooks in `standing-queries`, and when their queries end.
///
/// **Threads:** one.
final class Receivers {
  private final Map<String, Receiver> receivers = new HashMap<>();
  private final Map<String, Instant> ends = new HashMap<>();

  /// A webhook as it was registered.
  ///
  /// @param registeredAt differs for each registration
  record Receiver(String queryId, Timestamp registeredAt, String url, String secret) {
    /// Without the secret, and without parts of the URL that may be secret.
    @Override
    public String toString() {
      return queryId;
    }
  }

  /// Applies one record, in place. An invalid record counts as a removal.
  Receivers with(String key, StandingQuery query) {
    if (key == null) {
      throw new IllegalArgumentException("it has no key");
    }
    receivers.remove(key);
    ends.remove(key);
    if (query != null && query.hasUntil() && StandingQueryBounds.isQueryId(key)) {
      ends.put(key, Instants.of(query.getUntil()));
    }
    if (query != null && query.hasWebhook()) {
      StandingQueryBounds.check(key, query);
      receivers.put(
          key,
          new Receiver(
              key,
              query.getCreatedAt(),
              query.getWebhook().getUrl(),
              query.getWebhook().getSecret()));
    }
    return this;
  }

  /// The queries that are over, with or without a webhook.
  ///
  /// @param isOver by the time of their end
  List<String> over(Predicate<Instant> isOver) {
    return ends.entrySet().stream()
        .filter(end -> isOver.test(end.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /// By query id.
  Map<String, Receiver> all() {
    return receivers;
  }
}
