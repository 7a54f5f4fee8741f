package io.sketchstream.query.scatter;

import io.sketchstream.events.ShardsAnswered;
import io.sketchstream.events.ShardsAsked;
import java.util.concurrent.CompletableFuture;

/// A process that can be asked for its shards, this one included.
///
/// **Threads:** any.
interface ShardPeer {
  /// Asks, without waiting. Completes exceptionally when the process can't be reached or refuses;
  /// cancelling gives up.
  CompletableFuture<ShardsAnswered> ask(ShardsAsked question);
}
