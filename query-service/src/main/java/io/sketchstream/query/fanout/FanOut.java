package io.sketchstream.query.fanout;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.sketchstream.events.ShardReply;
import io.sketchstream.query.index.GenerationShards;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

/// Queries every shard of a generation and collects the replies that arrive in time.
///
/// **Threads:** any number may ask; each blocks.
public final class FanOut {
  private final Peers peers;
  private final FanOutOptions options;
  private final PeerHealth health = new PeerHealth();
  private final Semaphore hedges;
  private final Counter hedged;
  private final Counter failed;
  private final Counter incomplete;

  public FanOut(Peers peers, FanOutOptions options, MeterRegistry registry) {
    this.peers = peers;
    this.options = options;
    this.hedges = new Semaphore(options.hedgesMax());
    this.hedged = registry.counter("sketchstream.query.peer.hedged");
    this.failed = registry.counter("sketchstream.query.peer.failed");
    this.incomplete = registry.counter("sketchstream.query.answers.incomplete");
  }

  /// Asks all shards of a generation.
  ///
  /// @param request to all of them; a shard that must have seen a write is waited for in any case
  /// @param complete whether the replies of all shards are needed
  public ShardReplies ask(GenerationShards generation, ShardRequest request, boolean complete)
      throws InterruptedException {
    Optional<ShardReplies> alone =
        request.after().isEmpty() ? askAlone(generation, request) : Optional.empty();
    if (alone.isPresent()) {
      return alone.get();
    }
    ShardReplies replies = new PendingFanOut(this, generation, request, complete).run();
    if (!replies.complete()) {
      incomplete.increment();
    }
    return replies;
  }

  /// If no other process has a copy of any shard, there is nobody to hedge with and nothing to wait
  /// for. Then the caller's thread does all the work: handing it to another thread would cost a
  /// good part of the time of the search.
  ///
  /// @return empty when there are others, or not all shards answered
  private Optional<ShardReplies> askAlone(GenerationShards generation, ShardRequest request)
      throws InterruptedException {
    if (!generation.placement().processes().equals(List.of(generation.address()))) {
      return Optional.empty();
    }
    Map<Integer, ShardReply> replies = new HashMap<>();
    for (ShardReply reply : peers.answerHere(request)) {
      if (reply.getOutcomeCase() != ShardReply.OutcomeCase.REFUSAL) {
        replies.put(reply.getShard(), reply);
      }
    }
    ShardReplies gathered = new ShardReplies(request.shards().size(), replies, Map.of());
    return gathered.complete() ? Optional.of(gathered) : Optional.empty();
  }

  FanOutOptions options() {
    return options;
  }

  PeerHealth health() {
    return health;
  }

  /// Asks one process, without waiting. Completes exceptionally when the process can't be reached
  /// or refuses; cancelling gives up.
  CompletableFuture<Collection<ShardReply>> send(
      String address, String self, ShardRequest request) {
    return address.equals(self) ? peers.askHere(request) : peers.askThere(address, request);
  }

  /// Whether one more shard may be asked twice; then [#endHedge] follows.
  boolean beginHedge() {
    boolean may = hedges.tryAcquire();
    if (may) {
      hedged.increment();
    }
    return may;
  }

  void endHedge() {
    hedges.release();
  }

  void failed(String peer) {
    failed.increment();
    health.failed(peer);
  }
}
