package io.sketchstream.query.scatter;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.sketchstream.events.ImagePosition;
import io.sketchstream.events.ShardReply;
import io.sketchstream.events.ShardsAsked;
import io.sketchstream.query.index.GenerationIndex;
import io.sketchstream.query.index.Placement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/// Asks every shard of a generation and gathers what they say in time.
///
/// **Threads:** any number may ask; each blocks.
public final class Scatter {
  private final Peers peers;
  private final ScatterOptions options;
  private final PeerHealth health = new PeerHealth();
  private final Semaphore hedges;
  private final Counter hedged;
  private final Counter failed;
  private final Counter incomplete;

  public Scatter(Peers peers, ScatterOptions options, MeterRegistry registry) {
    this.peers = peers;
    this.options = options;
    this.hedges = new Semaphore(options.hedgesMax());
    this.hedged = registry.counter("sketchstream.query.peer.hedged");
    this.failed = registry.counter("sketchstream.query.peer.failed");
    this.incomplete = registry.counter("sketchstream.query.answers.incomplete");
  }

  /// How long to wait, and for what.
  ///
  /// @param deadlineNanos when nobody waits any more, as [System#nanoTime]
  /// @param complete whether only all shards are an answer
  public record Patience(long deadlineNanos, boolean complete) {}

  /// Asks all shards.
  ///
  /// @param question without its shards and its timeout
  /// @param after writes that the shards concerned must have seen; those are always waited for
  public Gathered ask(
      GenerationIndex index, ShardsAsked question, List<ImagePosition> after, Patience patience)
      throws InterruptedException {
    return ask(index::placement, index.address(), question, after, patience);
  }

  Gathered ask(
      Supplier<Placement> placement,
      String self,
      ShardsAsked question,
      List<ImagePosition> after,
      Patience patience)
      throws InterruptedException {
    Optional<Gathered> alone =
        after.isEmpty() ? askAlone(placement.get(), self, question) : Optional.empty();
    if (alone.isPresent()) {
      return alone.get();
    }
    Gathered gathered =
        new Gathering(this, placement, self, new Gathering.Task(question, after, patience)).run();
    if (!gathered.complete()) {
      incomplete.increment();
    }
    return gathered;
  }

  /// Where no other process has a copy of any shard there is nobody to hedge with and nothing to
  /// wait for: the caller's thread does it all, since handing a search to another one costs as much
  /// as a good part of the search.
  ///
  /// @return empty when there are others, or not all shards answered
  private Optional<Gathered> askAlone(Placement placement, String self, ShardsAsked question)
      throws InterruptedException {
    if (!placement.processes().equals(List.of(self))) {
      return Optional.empty();
    }
    ShardsAsked.Builder asked = question.toBuilder();
    for (int shard = 0; shard < placement.shardCount(); shard++) {
      asked.addShards(shard);
    }
    Map<Integer, ShardReply> replies = new HashMap<>();
    for (ShardReply reply : peers.answerHere(asked.build()).getRepliesList()) {
      if (reply.getOutcomeCase() != ShardReply.OutcomeCase.REFUSAL) {
        replies.put(reply.getShard(), reply);
      }
    }
    Gathered gathered = new Gathered(placement.shardCount(), replies, Map.of());
    return gathered.complete() ? Optional.of(gathered) : Optional.empty();
  }

  ScatterOptions options() {
    return options;
  }

  PeerHealth health() {
    return health;
  }

  ShardPeer peer(String address, String self) {
    return peers.peer(address, address.equals(self));
  }

  /// Whether one more shard may be asked twice; whoever may says when it is over.
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
