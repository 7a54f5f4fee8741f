package io.sketchstream.query.fanout;

import io.sketchstream.events.ShardRefusal;
import io.sketchstream.events.ShardReply;
import io.sketchstream.query.index.GenerationShards;
import io.sketchstream.query.index.Placement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/// One request on its way to all shards of a generation.
///
/// 1. Each shard's owner is asked, one request for each process.
/// 2. A shard whose process fails or does not have it is asked for at its next copy, at once.
/// 3. A shard that has not answered after the hedge delay is asked for at its next copy as well;
///    the first answer counts.
/// 4. When all copies have been asked without an answer, it starts again after a pause: shards
///    move.
/// 5. It ends when all shards have answered, at the deadline, or, where some may be missing, when
///    those have been waited for long enough.
///
/// **Threads:** one, the caller's; answers arrive through a queue.
final class PendingFanOut {
  private static final Logger LOG = Logger.getLogger(PendingFanOut.class);
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(30);

  private final FanOut fanOut;
  private final GenerationShards generation;
  private final ShardRequest request;
  private final boolean complete;
  private final BlockingQueue<Call> arrivals = new LinkedBlockingQueue<>();
  private final Set<Call> calls = new HashSet<>();
  private final Map<Integer, Set<String>> asked = new HashMap<>();
  private final Map<Integer, ShardReply> replies = new HashMap<>();
  private final Map<Integer, ShardRefusal> refusals = new HashMap<>();
  private final Set<Integer> missing = new TreeSet<>();
  private final long start = System.nanoTime();
  private Placement placement;
  private long hedgeAt;
  private long retryAt;

  /// One request to one process.
  private record Call(
      String peer,
      Set<Integer> shards,
      boolean hedge,
      long startNanos,
      CompletableFuture<Collection<ShardReply>> answer) {}

  PendingFanOut(
      FanOut fanOut, GenerationShards generation, ShardRequest request, boolean complete) {
    this.fanOut = fanOut;
    this.generation = generation;
    this.request = request;
    this.complete = complete;
    this.placement = generation.placement();
    this.hedgeAt = start + fanOut.options().hedgeDelay().toNanos();
    this.retryAt = Long.MAX_VALUE;
    missing.addAll(request.shards());
  }

  ShardReplies run() throws InterruptedException {
    try {
      askNext(missing, false);
      while (!missing.isEmpty() && System.nanoTime() < end()) {
        long wake = Math.min(end(), Math.min(hedgeAt, retryAt));
        Call arrived = arrivals.poll(Math.max(0, wake - System.nanoTime()), TimeUnit.NANOSECONDS);
        if (arrived != null) {
          take(arrived);
        }
        hedgeWhenDue();
        retryWhenDue();
      }
    } finally {
      giveUp();
    }
    return new ShardReplies(request.shards().size(), replies, refusals);
  }

  /// Missing shards are not waited for long. Only a shard that must have seen a write, and the
  /// first reply of all, are worth the whole time.
  private long end() {
    long deadline = request.deadlineNanos();
    boolean whole = complete || replies.isEmpty() || missing.stream().anyMatch(request::concerns);
    return whole
        ? deadline
        : Math.min(deadline, start + fanOut.options().incompleteAfter().toNanos());
  }

  /// Asks for each of the shards at its next copy, if there is one that was not asked yet.
  private void askNext(Set<Integer> shards, boolean hedge) {
    Map<String, Set<Integer>> byPeer = new TreeMap<>();
    for (int shard : shards) {
      next(shard, hedge)
          .ifPresent(peer -> byPeer.computeIfAbsent(peer, _ -> new TreeSet<>()).add(shard));
    }
    byPeer.forEach((peer, wanted) -> {
      if (!hedge || fanOut.beginHedge()) {
        send(peer, wanted, hedge);
      }
    });
    if (!hedge && shards.stream().anyMatch(shard -> missing.contains(shard) && idle(shard))) {
      retryAt = Math.min(retryAt, System.nanoTime() + RETRY_NANOS);
    }
  }

  /// @param copiesOnly only processes that should have the shard
  private Optional<String> next(int shard, boolean copiesOnly) {
    Set<String> before = asked.computeIfAbsent(shard, _ -> new HashSet<>());
    int copies = 1 + placement.standbys(shard).size();
    List<String> candidates = placement.candidates(shard);
    List<String> preferred =
        new ArrayList<>(candidates.subList(0, Math.min(copies, candidates.size())));
    preferred.sort(Comparator.comparing(fanOut.health()::suspect));
    if (!copiesOnly) {
      preferred.addAll(candidates);
    }
    return preferred.stream().filter(peer -> !before.contains(peer)).findFirst();
  }

  private void send(String peer, Set<Integer> shards, boolean hedge) {
    long now = System.nanoTime();
    CompletableFuture<Collection<ShardReply>> answer =
        fanOut.send(peer, generation.address(), request.to(shards));
    Call call = new Call(peer, shards, hedge, now, answer);
    calls.add(call);
    shards.forEach(shard -> asked.get(shard).add(peer));
    call.answer().whenComplete((_, _) -> arrivals.add(call));
  }

  private void take(Call call) {
    calls.remove(call);
    if (call.hedge()) {
      fanOut.endHedge();
    }
    try {
      Collection<ShardReply> answered = call.answer().join();
      fanOut.health().answered(call.peer());
      answered.forEach(this::take);
    } catch (CompletionException e) {
      failed(call, e.getCause());
    } catch (CancellationException e) {
      failed(call, e);
    }
    Set<Integer> again = new TreeSet<>(call.shards());
    again.retainAll(missing);
    askNext(again, false);
  }

  private void failed(Call call, Throwable reason) {
    LOG.debugf(reason, "shards %s at %s failed", call.shards(), call.peer());
    if (!(reason instanceof Peers.BusyException)) {
      fanOut.failed(call.peer());
    }
  }

  private void take(ShardReply reply) {
    if (!missing.contains(reply.getShard())) {
      return; // Another copy was faster.
    }
    if (reply.getOutcomeCase() == ShardReply.OutcomeCase.REFUSAL) {
      refusals.put(reply.getShard(), reply.getRefusal());
    } else {
      missing.remove(reply.getShard());
      refusals.remove(reply.getShard());
      replies.put(reply.getShard(), reply);
    }
  }

  private void hedgeWhenDue() {
    long now = System.nanoTime();
    if (now >= hedgeAt) {
      hedgeAt = now + fanOut.options().hedgeDelay().toNanos();
      askNext(missing, true);
    }
  }

  private void retryWhenDue() {
    if (System.nanoTime() >= retryAt) {
      retryAt = Long.MAX_VALUE;
      placement = generation.placement();
      Set<Integer> again = new TreeSet<>(missing);
      again.removeIf(shard -> !idle(shard));
      again.forEach(asked::remove);
      askNext(again, false);
    }
  }

  /// Whether no request for a shard is under way.
  private boolean idle(int shard) {
    return calls.stream().noneMatch(call -> call.shards().contains(shard));
  }

  /// A process that has not answered by now, and waits for no write, is too slow.
  private void giveUp() {
    long now = System.nanoTime();
    for (Call call : calls) {
      if (call.hedge()) {
        fanOut.endHedge();
      }
      if (now - call.startNanos() > fanOut.options().hedgeDelay().toNanos()
          && !call.peer().equals(generation.address())
          && call.shards().stream().noneMatch(request::concerns)) {
        fanOut.failed(call.peer());
      }
      call.answer().cancel(true);
    }
  }
}
