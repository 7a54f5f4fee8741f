package io.sketchstream.query.webhooks;

import com.google.protobuf.Timestamp;
import io.sketchstream.events.Instants;
import io.sketchstream.events.StandingQuery;
import io.sketchstream.events.StandingQueryBounds;
import io.sketchstream.events.StandingQuota;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// The webhooks of the standing queries that are kept, and when these queries end. Queries beyond
/// the quota have no webhook until it is their turn.
///
/// **Threads:** one.
final class Receivers {
  private final Map<String, Receiver> receivers = new HashMap<>();
  private final Map<String, Instant> ends = new HashMap<>();
  private final StandingQuota<Entry> quota;

  /// @param countMax most queries that are kept, see [StandingQuota]
  Receivers(int countMax) {
    quota = new StandingQuota<>(countMax);
  }

  private record Entry(Optional<Receiver> receiver, Optional<Instant> end) {}

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
    quota.remove(key).ifPresent(next -> keep(next.getKey(), next.getValue()));
    if (query != null) {
      StandingQueryBounds.check(key, query);
      Entry entry = new Entry(receiver(query), end(query));
      if (quota.add(key, entry) == StandingQuota.Outcome.KEPT) {
        keep(key, entry);
      }
    }
    return this;
  }

  private void keep(String id, Entry entry) {
    entry.receiver().ifPresent(receiver -> receivers.put(id, receiver));
    entry.end().ifPresent(end -> ends.put(id, end));
  }

  private static Optional<Receiver> receiver(StandingQuery query) {
    return query.hasWebhook()
        ? Optional.of(
            new Receiver(
                query.getQueryId(),
                query.getCreatedAt(),
                query.getWebhook().getUrl(),
                query.getWebhook().getSecret()))
        : Optional.empty();
  }

  private static Optional<Instant> end(StandingQuery query) {
    return query.hasUntil() ? Optional.of(Instants.of(query.getUntil())) : Optional.empty();
  }

  /// The queries that are kept and have expired, with or without a webhook.
  ///
  /// @param isPast whether the time of their end has passed
  List<String> expired(Predicate<Instant> isPast) {
    return ends.entrySet().stream()
        .filter(end -> isPast.test(end.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /// By query id.
  Map<String, Receiver> all() {
    return receivers;
  }
}
