package io.sketchstream.query.fanout;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ImagePosition;
import io.sketchstream.events.ShardReply;
import io.sketchstream.query.index.GenerationIndex;
import io.sketchstream.query.index.Placement;
import io.sketchstream.query.index.ShardQuery;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

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

  /// How long to wait, and for what.
  ///
  /// @param after writes that the shards concerned must have seen; those are always waited for
  /// @param deadlineNanos when the caller stops waiting, as [System#nanoTime]
  /// @param complete whether the replies of all shards are needed
  public record Demands(List<ImagePosition> after, long deadlineNanos, boolean complete) {
    /// The demands that concern some shards.
    List<ImagePosition> after(Set<Integer> shards) {
      return after.stream().filter(position -> shards.contains(position.getPartition())).toList();
    }

    /// Whether a shard must have seen a write.
    boolean concern(int shard) {
      return after.stream().anyMatch(position -> position.getPartition() == shard);
    }
  }

  /// Asks all shards.
  public ShardReplies ask(GenerationIndex index, ShardQuery query, Demands demands)
      throws InterruptedException {
    return ask(new Target(index.generation(), index::placement, index.address()), query, demands);
  }

  /// Whom to ask.
  ///
  /// @param self the address of this process
  record Target(Generation generation, Supplier<Placement> placement, String self) {}

  ShardReplies ask(Target target, ShardQuery query, Demands demands) throws InterruptedException {
    Optional<ShardReplies> alone =
        demands.after().isEmpty() ? askAlone(target, query, demands) : Optional.empty();
    if (alone.isPresent()) {
      return alone.get();
    }
    ShardReplies replies = new PendingFanOut(this, target, query, demands).run();
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
  private Optional<ShardReplies> askAlone(Target target, ShardQuery query, Demands demands)
      throws InterruptedException {
    Placement placement = target.placement().get();
    if (!placement.processes().equals(List.of(target.self()))) {
      return Optional.empty();
    }
    Set<Integer> all = new TreeSet<>();
    for (int shard = 0; shard < placement.shardCount(); shard++) {
      all.add(shard);
    }
    ShardQuestion question =
        new ShardQuestion(
            target.generation(), all, demands.after(), demands.deadlineNanos(), query);
    Map<Integer, ShardReply> replies = new HashMap<>();
    for (ShardReply reply : peers.answerHere(question)) {
      if (reply.getOutcomeCase() != ShardReply.OutcomeCase.REFUSAL) {
        replies.put(reply.getShard(), reply);
      }
    }
    ShardReplies gathered = new ShardReplies(placement.shardCount(), replies, Map.of());
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
      String address, String self, ShardQuestion question) {
    return address.equals(self) ? peers.askHere(question) : peers.askThere(address, question);
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
