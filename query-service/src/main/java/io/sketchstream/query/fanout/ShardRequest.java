package io.sketchstream.query.fanout;

import io.sketchstream.events.Generation;
import io.sketchstream.events.ImagePosition;
import io.sketchstream.events.NearestAsked;
import io.sketchstream.events.NewestAsked;
import io.sketchstream.events.ShardsAsked;
import io.sketchstream.query.filter.FilterParser;
import io.sketchstream.query.filter.FilterSyntaxException;
import io.sketchstream.query.filter.TextParser;
import io.sketchstream.query.index.GenerationShards;
import io.sketchstream.query.index.KnnQuery;
import io.sketchstream.query.index.NewestQuery;
import io.sketchstream.query.index.PackedVector;
import io.sketchstream.query.index.ShardQuery;
import io.sketchstream.query.index.VectorOf;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/// One request to some shards of one process. Inside a process it is passed as it is; to another
/// one it travels as [ShardsAsked].
///
/// @param after writes that the reply must have seen
/// @param deadlineNanos when the caller stops waiting, as [System#nanoTime]
public record ShardRequest(
    Generation generation,
    Set<Integer> shards,
    List<ImagePosition> after,
    long deadlineNanos,
    ShardQuery query) {

  /// Longest time that a request of another process may wait.
  private static final long TIMEOUT_MICROS_MAX = TimeUnit.MINUTES.toMicros(5);

  /// More than any search needs.
  private static final int HITS_MAX = 4096;

  private static final int TEXT_LENGTH_MAX = 500;

  private static final int SHARDS_MAX = 1 << 16;

  /// A request to all shards of a generation.
  public static ShardRequest toAll(
      GenerationShards generation,
      List<ImagePosition> after,
      long deadlineNanos,
      ShardQuery query) {
    Set<Integer> shards = new TreeSet<>();
    for (int shard = 0; shard < generation.shardCount(); shard++) {
      shards.add(shard);
    }
    return new ShardRequest(generation.generation(), shards, after, deadlineNanos, query);
  }

  /// The request to some of its shards, with the writes in these.
  ShardRequest to(Set<Integer> some) {
    List<ImagePosition> writes =
        after.stream().filter(position -> some.contains(position.getPartition())).toList();
    return new ShardRequest(generation, some, writes, deadlineNanos, query);
  }

  /// Whether a shard must have seen a write.
  boolean concerns(int shard) {
    return after.stream().anyMatch(position -> position.getPartition() == shard);
  }

  /// Reads the request of another process.
  ///
  /// @throws IllegalArgumentException when the message is not a valid request
  public static ShardRequest of(ShardsAsked asked) {
    inRange("shards: the number", asked.getShardsCount(), SHARDS_MAX);
    inRange("after: the number of positions", asked.getAfterCount(), SHARDS_MAX);
    asked.getShardsList().forEach(shard -> inRange("shard", shard, SHARDS_MAX));
    long timeoutMicros = Math.clamp(asked.getTimeoutMicros(), 0, TIMEOUT_MICROS_MAX);
    return new ShardRequest(
        new Generation(asked.getGeneration()),
        new TreeSet<>(asked.getShardsList()),
        asked.getAfterList(),
        System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(timeoutMicros),
        switch (asked.getQuestionCase()) {
          case NEAREST -> knn(asked.getNearest());
          case NEWEST -> newest(asked.getNewest());
          case VECTOR_OF -> new VectorOf(asked.getVectorOf());
          case QUESTION_NOT_SET -> throw new IllegalArgumentException("the request is missing");
        });
  }

  private static KnnQuery knn(NearestAsked asked) {
    inRange("k", asked.getK(), HITS_MAX);
    inRange("text: the length", asked.getText().length(), TEXT_LENGTH_MAX);
    inRange("vectors", asked.getVectors(), HITS_MAX);
    inRange("sample", asked.getSample(), HITS_MAX);
    inRange("shards_total", asked.getShardsTotal(), SHARDS_MAX);
    try {
      return new KnnQuery(
          asked.toBuilder().clearVector().build(),
          PackedVector.unpack(asked.getVector()),
          FilterParser.parse(asked.getFilter()),
          TextParser.parse(asked.getText()));
    } catch (FilterSyntaxException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static NewestQuery newest(NewestAsked asked) {
    inRange("limit", asked.getLimit(), HITS_MAX);
    inRange("text: the length", asked.getText().length(), TEXT_LENGTH_MAX);
    try {
      return new NewestQuery(
          asked.toBuilder().setLimit(Math.max(1, asked.getLimit())).build(),
          FilterParser.parse(asked.getFilter()),
          TextParser.parseAll(asked.getText()));
    } catch (FilterSyntaxException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static void inRange(String field, int value, int max) {
    if (value < 0 || value > max) {
      throw new IllegalArgumentException(
          "%s is %s, not 0 to %d".formatted(field, Integer.toUnsignedString(value), max));
    }
  }

  /// The form for another process.
  ShardsAsked toMessage() {
    ShardsAsked.Builder asked =
        ShardsAsked.newBuilder()
            .setGeneration(generation.id())
            .addAllShards(shards)
            .addAllAfter(after)
            .setTimeoutMicros(Math.max(1, nanosLeft() / 1000));
    return switch (query) {
      case KnnQuery knn ->
          asked
              .setNearest(knn.asked().toBuilder().setVector(PackedVector.pack(knn.vector())))
              .build();
      case NewestQuery newest -> asked.setNewest(newest.asked()).build();
      case VectorOf(String imageId) -> asked.setVectorOf(imageId).build();
    };
  }

  long nanosLeft() {
    return deadlineNanos - System.nanoTime();
  }
}
