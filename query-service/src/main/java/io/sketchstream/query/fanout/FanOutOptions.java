package io.sketchstream.query.fanout;

import java.time.Duration;

/// How shards of other processes are queried.
///
/// @param hedgeDelay how long a copy of a shard may take before another one is asked as well
/// @param incompleteAfter how long missing shards are waited for once another one has answered
/// @param requestsMax requests to other processes at once
public record FanOutOptions(Duration hedgeDelay, Duration incompleteAfter, int requestsMax) {
  /// The defaults.
  public static FanOutOptions defaults() {
    return new FanOutOptions(Duration.ofMillis(150), Duration.ofSeconds(1), 256);
  }

  /// Asking twice helps against one slow process and hurts when all are slow; this many shards may
  /// be asked twice at a time.
  int hedgesMax() {
    return Math.max(1, requestsMax / 8);
  }
}
