package io.sketchstream.query.search;

import io.sketchstream.events.ImagePosition;
import io.sketchstream.events.SearchErrorCode;
import io.sketchstream.events.ShardRefusal;
import io.sketchstream.query.fanout.FanOut;
import io.sketchstream.query.fanout.ShardReplies;
import io.sketchstream.query.fanout.ShardRequest;
import io.sketchstream.query.index.GenerationShards;
import io.sketchstream.query.index.ShardQuery;
import io.sketchstream.query.index.VectorOf;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/// The shards that one search asks, once or several times. Each time they must have seen the writes
/// that the search requires; a missing reply that it requires is a failure.
final class SearchedShards {
  /// The part of a search's time that is kept for sending the answer.
  private static final Duration SENDING_MAX = Duration.ofMillis(50);

  private final FanOut fanOut;
  private final GenerationShards generation;
  private final SearchQuery query;
  private final InstantSource clock;

  SearchedShards(
      FanOut fanOut, GenerationShards generation, SearchQuery query, InstantSource clock) {
    this.fanOut = fanOut;
    this.generation = generation;
    this.query = query;
    this.clock = clock;
  }

  int count() {
    return generation.shardCount();
  }

  /// @throws SearchFailure when a required reply is missing
  ShardReplies ask(ShardQuery asked) throws SearchFailure, InterruptedException {
    List<ImagePosition> after = query.request().getAfterList();
    boolean complete = query.request().getComplete();
    long deadlineNanos = System.nanoTime() + nanosLeft();
    ShardReplies replies =
        fanOut.ask(
            generation, ShardRequest.toAll(generation, after, deadlineNanos, asked), complete);
    for (ImagePosition position : after) {
      if (!replies.replies().containsKey(position.getPartition())) {
        throw unseen(position, replies);
      }
    }
    if (replies.replies().isEmpty() || complete && !replies.complete()) {
      throw incomplete(replies);
    }
    return replies;
  }

  /// The vector of an image.
  ///
  /// @throws SearchFailure when the image is not in the index, or may be in a missing shard
  float[] vectorOf(String imageId) throws SearchFailure, InterruptedException {
    ShardReplies replies = ask(new VectorOf(imageId));
    return replies
        .vector()
        .orElseThrow(() ->
            replies.complete()
                ? new SearchFailure(
                    SearchErrorCode.NO_SUCH_IMAGE, "image '" + imageId + "' is not in the index")
                : incomplete(replies));
  }

  /// A tenth of the time that is left, bounded, is for sending the answer.
  private long nanosLeft() {
    long left = Math.max(0, Duration.between(clock.instant(), query.deadline()).toNanos());
    return left - Math.min(left / 10, SENDING_MAX.toNanos());
  }

  private SearchFailure unseen(ImagePosition position, ShardReplies replies) {
    return replies.refusals().get(position.getPartition()) == ShardRefusal.NOT_HERE
        ? incomplete(replies)
        : new SearchFailure(
            SearchErrorCode.NOT_YET_VISIBLE,
            "the write %d:%d is not visible yet"
                .formatted(position.getPartition(), position.getOffset()));
  }

  private SearchFailure incomplete(ShardReplies replies) {
    return new SearchFailure(
        SearchErrorCode.UNAVAILABLE,
        "only %d of %d shards of generation %s answered in time"
            .formatted(replies.replies().size(), replies.shardsTotal(), generation.generation()));
  }
}
