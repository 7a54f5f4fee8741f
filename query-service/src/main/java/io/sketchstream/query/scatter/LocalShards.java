package io.sketchstream.query.scatter;

import io.sketchstream.events.Generation;
import io.sketchstream.events.Hit;
import io.sketchstream.events.ImagePosition;
import io.sketchstream.events.NearestAsked;
import io.sketchstream.events.NearestFound;
import io.sketchstream.events.SearchCursor;
import io.sketchstream.events.ShardRefusal;
import io.sketchstream.events.ShardReply;
import io.sketchstream.events.ShardsAnswered;
import io.sketchstream.events.ShardsAsked;
import io.sketchstream.events.VectorFound;
import io.sketchstream.query.filter.FilterParser;
import io.sketchstream.query.filter.FilterSyntaxException;
import io.sketchstream.query.filter.TextParser;
import io.sketchstream.query.index.GenerationIndex;
import io.sketchstream.query.index.KnnQuery;
import io.sketchstream.query.index.ShardAnswer;
import io.sketchstream.query.index.ShardHit;
import io.sketchstream.query.index.ShardStore;
import io.sketchstream.query.index.VectorOf;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

/// Answers for the shards of this process: to its own searches and to those of others.
///
/// **Threads:** any number; each blocks while it waits for writes to become visible. **Owns:**
/// `query-exact`, which compares with every image, for one question at a time: it would hold up a
/// carrier of virtual threads for long.
public final class LocalShards implements AutoCloseable {
  private static final Duration CLOSE_MAX = Duration.ofSeconds(2);

  private final Function<Generation, Optional<GenerationIndex>> indexes;
  private final Semaphore exactPlaces = new Semaphore(1);
  // Its thread is made with the first exact question.
  private final ExecutorService exact =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("query-exact").daemon().priority(Thread.MIN_PRIORITY).factory());

  /// @param indexes the generations that run here
  public LocalShards(Function<Generation, Optional<GenerationIndex>> indexes) {
    this.indexes = indexes;
  }

  /// One reply for each shard asked; a shard that is not here says so.
  ///
  /// @throws IllegalArgumentException when the question is none
  public ShardsAnswered answer(ShardsAsked asked) throws InterruptedException {
    Optional<GenerationIndex> index = indexes.apply(new Generation(asked.getGeneration()));
    Map<Integer, ShardReply> replies = new TreeMap<>();
    asked.getShardsList().forEach(shard -> replies.put(shard, refusal(ShardRefusal.NOT_HERE)));
    if (index.isPresent()) {
      Set<Integer> seen = awaitWrites(index.get(), asked, replies);
      replies.putAll(
          asked.getNearest().getExact()
              ? askExactly(index.get(), asked, seen)
              : ask(index.get(), asked, seen));
    }
    ShardsAnswered.Builder answered = ShardsAnswered.newBuilder();
    replies.forEach((shard, reply) -> answered.addReplies(reply.toBuilder().setShard(shard)));
    return answered.build();
  }

  /// @return the shards that are here and have seen what they must
  private static Set<Integer> awaitWrites(
      GenerationIndex index, ShardsAsked asked, Map<Integer, ShardReply> replies)
      throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(asked.getTimeoutMicros());
    Set<Integer> seen = new TreeSet<>(replies.keySet());
    for (ImagePosition position : asked.getAfterList()) {
      int shard = position.getPartition();
      Optional<ShardStore> store = index.shard(shard).filter(ShardStore::answering);
      if (!seen.contains(shard) || store.isEmpty()) {
        seen.remove(shard);
      } else if (!store
          .get()
          .awaitVisible(position.getOffset(), Math.max(0, end - System.nanoTime()))) {
        seen.remove(shard);
        if (store.get().answering()) { // Else it was closed meanwhile, and another has it.
          replies.put(shard, refusal(ShardRefusal.NOT_SEEN_YET));
        }
      }
    }
    return seen;
  }

  /// @return nothing where another exact question is being answered
  private Map<Integer, ShardReply> askExactly(
      GenerationIndex index, ShardsAsked asked, Set<Integer> shards) throws InterruptedException {
    if (!exactPlaces.tryAcquire()) {
      return Map.of();
    }
    try {
      return exact.submit(() -> ask(index, asked, shards)).get();
    } catch (RejectedExecutionException e) {
      return Map.of(); // Closed meanwhile.
    } catch (ExecutionException e) {
      throw new IllegalStateException("shards " + shards + " can't be searched exactly", e);
    } finally {
      exactPlaces.release();
    }
  }

  private static Map<Integer, ShardReply> ask(
      GenerationIndex index, ShardsAsked asked, Set<Integer> shards) {
    Map<Integer, ShardReply> replies = new TreeMap<>();
    switch (asked.getQuestionCase()) {
      case NEAREST ->
          index
              .ask(query(asked.getNearest()), shards)
              .forEach((shard, found) -> replies.put(shard, nearest(found)));
      case VECTOR_OF ->
          index
              .ask(new VectorOf(asked.getVectorOf()), shards)
              .forEach((shard, found) -> replies.put(shard, vector(found)));
      case QUESTION_NOT_SET -> throw new IllegalArgumentException("nothing is asked");
    }
    return replies;
  }

  private static KnnQuery query(NearestAsked nearest) {
    try {
      KnnQuery query =
          new KnnQuery(
                  PackedVector.unpack(nearest.getVector()),
                  nearest.getK(),
                  FilterParser.parse(nearest.getFilter()),
                  TextParser.parse(nearest.getText()))
              .among(Math.max(1, nearest.getShardsTotal()));
      if (nearest.getExact()) {
        query = query.exactly();
      }
      return nearest.hasAfter() ? query.after(place(nearest.getAfter())) : query;
    } catch (FilterSyntaxException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static KnnQuery.After place(SearchCursor cursor) {
    return new KnnQuery.After(cursor.getScore(), cursor.getImageId(), cursor.getRank());
  }

  private static ShardReply refusal(ShardRefusal refusal) {
    return ShardReply.newBuilder().setRefusal(refusal).build();
  }

  private static ShardReply nearest(ShardAnswer found) {
    return ShardReply.newBuilder()
        .setNearest(
            NearestFound.newBuilder()
                .addAllByVector(hits(found.byVector()))
                .addAllByText(hits(found.byText())))
        .build();
  }

  private static ShardReply vector(Optional<float[]> found) {
    return ShardReply.newBuilder()
        .setVector(
            VectorFound.newBuilder().setVector(PackedVector.pack(found.orElse(new float[0]))))
        .build();
  }

  private static List<Hit> hits(List<ShardHit> hits) {
    List<Hit> messages = new ArrayList<>(hits.size());
    for (ShardHit hit : hits) {
      messages.add(
          Hit.newBuilder()
              .setImageId(hit.imageId())
              .setScore(hit.score())
              .setAttributes(hit.attributes())
              .setIngestedAt(hit.ingestedAt())
              .build());
    }
    return messages;
  }

  /// Lets an exact search end; an interrupt would hurt the files that it reads.
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
