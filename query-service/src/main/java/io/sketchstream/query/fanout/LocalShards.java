package io.sketchstream.query.fanout;

import io.sketchstream.events.Generation;
import io.sketchstream.events.ImagePosition;
import io.sketchstream.events.ShardRefusal;
import io.sketchstream.events.ShardReply;
import io.sketchstream.query.index.GenerationShards;
import io.sketchstream.query.index.KnnQuery;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// Answers for the shards of this process: to its own searches and to those of other processes.
///
/// **Threads:** any number; each blocks while it waits for writes to become visible. **Owns:**
/// `query-exact`, which compares with every image, for one request at a time: it would hold up a
/// carrier of virtual threads for long.
public final class LocalShards implements AutoCloseable {
  private static final Duration CLOSE_MAX = Duration.ofSeconds(2);

  private final Function<Generation, Optional<? extends GenerationShards>> generations;
  private final Semaphore exactSlots = new Semaphore(1);
  // Its thread is made with the first exact request.
  private final ExecutorService exact =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("query-exact").daemon().priority(Thread.MIN_PRIORITY).factory());

  /// @param generations the generations that run here
  public LocalShards(Function<Generation, Optional<? extends GenerationShards>> generations) {
    this.generations = generations;
  }

  /// One reply for each shard asked; for a shard that is not here, a refusal.
  public Collection<ShardReply> answer(ShardRequest request) throws InterruptedException {
    Map<Integer, ShardReply> replies = new TreeMap<>();
    Optional<? extends GenerationShards> here = generations.apply(request.generation());
    Set<Integer> asked = new TreeSet<>(request.shards());
    do {
      asked.forEach(shard -> replies.put(shard, refusal(shard, ShardRefusal.NOT_HERE)));
      asked = here.isPresent() ? answer(here.get(), request, asked, replies) : Set.of();
    } while (!asked.isEmpty());
    return replies.values();
  }

  /// @return the shards to be asked again: those that promised a write, and to which earlier
  ///   records came again before they had answered
  private Set<Integer> answer(
      GenerationShards here,
      ShardRequest request,
      Set<Integer> asked,
      Map<Integer, ShardReply> replies)
      throws InterruptedException {
    Map<Integer, Long> before = lastRetreats(here, request);
    Set<Integer> seen = awaitWrites(here, request, asked, replies);
    replies.putAll(
        request.query() instanceof KnnQuery knn && knn.exact()
            ? askExactly(here, knn, seen)
            : here.ask(request.query(), seen));
    Map<Integer, Long> after = lastRetreats(here, request);
    Set<Integer> again = new TreeSet<>(seen);
    again.removeIf(shard -> Objects.equals(before.get(shard), after.get(shard)));
    return again;
  }

  private static Map<Integer, Long> lastRetreats(GenerationShards here, ShardRequest request) {
    Map<Integer, Long> retreats = new HashMap<>();
    for (ImagePosition position : request.after()) {
      int shard = position.getPartition();
      here.lastRetreat(shard).ifPresent(last -> retreats.put(shard, last));
    }
    return retreats;
  }

  /// @return the shards that are here and have seen the writes asked for
  private static Set<Integer> awaitWrites(
      GenerationShards here,
      ShardRequest request,
      Set<Integer> asked,
      Map<Integer, ShardReply> replies)
      throws InterruptedException {
    Set<Integer> seen = new TreeSet<>(asked);
    for (ImagePosition position : request.after()) {
      int shard = position.getPartition();
      if (!seen.contains(shard) || !here.answering(shard)) {
        seen.remove(shard);
      } else if (!here.awaitVisible(
          shard, position.getOffset(), Math.max(0, request.nanosLeft()))) {
        seen.remove(shard);
        if (here.answering(shard)) { // Else it was closed meanwhile, and another has it.
          replies.put(shard, refusal(shard, ShardRefusal.NOT_SEEN_YET));
        }
      }
    }
    return seen;
  }

  /// @return nothing where another exact request is being answered
  private Map<Integer, ShardReply> askExactly(
      GenerationShards here, KnnQuery query, Set<Integer> wanted) throws InterruptedException {
    if (!exactSlots.tryAcquire()) {
      return Map.of();
    }
    try {
      return exact.submit(() -> here.ask(query, wanted)).get();
    } catch (RejectedExecutionException e) {
      return Map.of(); // Closed meanwhile.
    } catch (ExecutionException e) {
      throw new IllegalStateException("shards " + wanted + " can't be searched exactly", e);
    } finally {
      exactSlots.release();
    }
  }

  private static ShardReply refusal(int shard, ShardRefusal refusal) {
    return ShardReply.newBuilder().setShard(shard).setRefusal(refusal).build();
  }

  /// Lets an exact search end; an interrupt would close the files that it reads.
  @Override
  public void close() {
    exact.shutdown();
    try {
      boolean _ = exact.awaitTermination(CLOSE_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
