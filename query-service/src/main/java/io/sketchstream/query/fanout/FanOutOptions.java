package io.sketchstream.query.fanout;

import java.time.Duration;

/// How shards of other processes are asked.
///
/// @param hedgeDelay how long a copy of a shard may take before another one is asked as well
/// @param incompleteAfter how long shards that do not answer are waited for where the others have
/// @param requestsMax requests to other processes at once
public record FanOutOptions(Duration hedgeDelay, Duration incompleteAfter, int requestsMax) {
  /// What an installation gets that changes nothing.
  public static FanOutOptions defaults() {
    return new FanOutOptions(Duration.ofMillis(150), Duration.ofSeconds(1), 256);
  }

  /// Asking twice helps against one slow process and hurts when all are slow: so many may be asked
  /// twice at once.
  int hedgesMax() {
    return Math.max(1, requestsMax / 8);
  }
}
