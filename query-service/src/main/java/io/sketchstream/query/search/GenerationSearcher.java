package io.sketchstream.query.search;

import com.google.protobuf.ByteString;
import io.sketchstream.events.Generation;
import io.sketchstream.events.Hit;
import io.sketchstream.events.ImagePosition;
import io.sketchstream.events.SearchAnswered;
import io.sketchstream.events.SearchErrorCode;
import io.sketchstream.events.ShardRefusal;
import io.sketchstream.query.fanout.FanOut;
import io.sketchstream.query.fanout.ShardReplies;
import io.sketchstream.query.index.GenerationIndex;
import io.sketchstream.query.index.PackedVector;
import io.sketchstream.query.index.ShardQuery;
import io.sketchstream.query.index.VectorOf;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// Searches one generation: queries all its shards, in whatever process, once they have seen the
/// writes that the caller requires, and merges the replies.
///
/// **Threads:** any number; each blocks while it waits.
public final class GenerationSearcher {
  /// The part of a search's time that is kept for sending the answer.
  private static final Duration SENDING_MAX = Duration.ofMillis(50);

  private final ServedGenerations generations;
  private final FanOut fanOut;
  private final WrittenPositions written;
  private final RecallMonitor recall;
  private final InstantSource clock;

  /// @param written which positions searches may wait for
  /// @param recall checks some of the answers
  public GenerationSearcher(
      ServedGenerations generations,
      FanOut fanOut,
      WrittenPositions written,
      RecallMonitor recall,
      InstantSource clock) {
    this.generations = generations;
    this.fanOut = fanOut;
    this.written = written;
    this.recall = recall;
    this.clock = clock;
  }

  /// The generations that can be searched.
  public interface ServedGenerations {
    /// The index of a generation; empty when it is not live.
    ///
    /// @param deadline until when to wait for a live generation that is not served yet
    Optional<GenerationIndex> await(Generation generation, Instant deadline)
        throws InterruptedException;
  }

  /// Finds the images that best match a sketch or a photo, see [SearchRounds].
  ///
  /// @param generation the only one the sketch may be compared in
  /// @param sketch its embedding, of unit length
  /// @return the answer but for its query id
  public SearchAnswered.Builder search(Generation generation, float[] sketch, SearchQuery query)
      throws SearchFailure, InterruptedException {
    GenerationIndex index = index(generation, query);
    check(sketch, index);
    Instant asked = Instant.now(); // It is compared with the times of images.
    Stages stages = new Stages();
    int collapsed = query.collapse() ? query.k() : 0;
    SearchRounds.Found found =
        new SearchRounds(query, query.ofPhoto(), shards(index, query), stages)
            .run(sketch, query.width(), collapsed);
    ShardReplies replies = found.replies();
    List<Hit> around = HitMerge.merge(replies.nearest(), query.width(), query.withText());
    SearchAnswered.Builder answer = answer(generation, found, around, query, stages);
    found.distinction().ifPresent(answer::setDistinction);
    if (replies.complete() && !query.withText() && query.place().isEmpty()) {
      recall.offer(
          new RecallMonitor.Answered(generation, found.question(), replies.nearest(), asked));
    }
    return answer;
  }

  private static void check(float[] sketch, GenerationIndex index) throws SearchFailure {
    int dimension = index.dimension();
    if (dimension != 0 && dimension != sketch.length) {
      throw new SearchFailure(
          SearchErrorCode.BAD_REQUEST,
          "the vector has %d dimensions, those of generation %s have %d"
              .formatted(sketch.length, index.generation(), dimension));
    }
  }

  /// Finds the images nearest to an image of the gallery, without that image.
  ///
  /// @return the answer but for its query id
  public SearchAnswered.Builder similar(Generation generation, String imageId, SearchQuery query)
      throws SearchFailure, InterruptedException {
    GenerationIndex index = index(generation, query);
    Stages stages = new Stages();
    float[] vector = vectorOf(index, imageId, query);
    int width = query.width() + 1;
    SearchRounds.Found found =
        new SearchRounds(query, true, shards(index, query), stages)
            .run(vector, width, query.collapse() ? width : 0);
    List<Hit> around =
        HitMerge.merge(found.replies().nearest(), width, query.withText()).stream()
            .filter(hit -> !hit.getImageId().equals(imageId))
            .toList();
    return answer(generation, found, around, query, stages);
  }

  private SearchRounds.Shards shards(GenerationIndex index, SearchQuery query) {
    return new SearchRounds.Shards() {
      @Override
      public int count() {
        return index.shardCount();
      }

      @Override
      public ShardReplies ask(ShardQuery question) throws SearchFailure, InterruptedException {
        return GenerationSearcher.this.ask(index, question, query);
      }
    };
  }

  /// Lists a page of the gallery, newest first.
  public GalleryPage newest(Generation generation, GalleryQuery query)
      throws SearchFailure, InterruptedException {
    GenerationIndex index = index(generation, query.search());
    return GalleryPage.merge(generation, ask(index, query.newest(), query.search()), query);
  }

  /// @param around the nearest images, best first; those that are shown and those for facets
  private static SearchAnswered.Builder answer(
      Generation generation,
      SearchRounds.Found found,
      List<Hit> around,
      SearchQuery query,
      Stages stages) {
    ShardReplies replies = found.replies();
    List<Hit> hits = around.subList(0, Math.min(query.k(), around.size()));
    SearchAnswered.Builder answer =
        SearchAnswered.newBuilder()
            .setGeneration(generation.id())
            .addAllHits(query.collapse() ? Duplicates.collapse(hits, replies) : hits)
            .setNext(Cursors.next(generation, found.ranked(), hits, query))
            .addAllFacets(Facets.count(around, query.request().getFacets()))
            .setShardsTotal(replies.shardsTotal())
            .setShardsAnswered(replies.replies().size());
    stages.endAs("merge");
    return answer.addAllTimings(stages.timings());
  }

  private GenerationIndex index(Generation generation, SearchQuery query)
      throws SearchFailure, InterruptedException {
    Cursors.check(query, generation);
    GenerationIndex index =
        generations
            .await(generation, query.deadline())
            .orElseThrow(() ->
                new SearchFailure(
                    SearchErrorCode.UNAVAILABLE,
                    "generation " + generation + " is not, or no longer, served here"));
    for (ImagePosition position : query.request().getAfterList()) {
      if (position.getPartition() < 0 || position.getPartition() >= index.shardCount()) {
        throw new SearchFailure(
            SearchErrorCode.BAD_REQUEST,
            "after: images has %d partitions, there is no partition %d"
                .formatted(index.shardCount(), position.getPartition()));
      }
    }
    written.check(query.request().getAfterList());
    return index;
  }

  private float[] vectorOf(GenerationIndex index, String imageId, SearchQuery query)
      throws SearchFailure, InterruptedException {
    ShardReplies replies = ask(index, new VectorOf(imageId), query);
    ByteString vector =
        replies.replies().values().stream()
            .map(reply -> reply.getVector().getVector())
            .filter(found -> !found.isEmpty())
            .findFirst()
            .orElse(ByteString.EMPTY);
    if (vector.isEmpty()) {
      throw replies.complete()
          ? new SearchFailure(
              SearchErrorCode.NO_SUCH_IMAGE, "image '" + imageId + "' is not in the index")
          : incomplete(index, replies);
    }
    return PackedVector.unpack(vector);
  }

  private ShardReplies ask(GenerationIndex index, ShardQuery asked, SearchQuery query)
      throws SearchFailure, InterruptedException {
    List<ImagePosition> after = query.request().getAfterList();
    boolean complete = query.request().getComplete();
    long deadlineNanos = System.nanoTime() + nanosUntil(query.deadline());
    ShardReplies replies =
        fanOut.ask(index, asked, new FanOut.Demands(after, deadlineNanos, complete));
    for (ImagePosition position : after) {
      if (!replies.replies().containsKey(position.getPartition())) {
        throw unseen(index, position, replies);
      }
    }
    if (replies.replies().isEmpty() || complete && !replies.complete()) {
      throw incomplete(index, replies);
    }
    return replies;
  }

  /// A tenth of the time that is left, bounded, is for sending the answer.
  private long nanosUntil(Instant deadline) {
    long left = Math.max(0, Duration.between(clock.instant(), deadline).toNanos());
    return left - Math.min(left / 10, SENDING_MAX.toNanos());
  }

  private static SearchFailure unseen(
      GenerationIndex index, ImagePosition position, ShardReplies replies) {
    return replies.refusals().get(position.getPartition()) == ShardRefusal.NOT_HERE
        ? incomplete(index, replies)
        : new SearchFailure(
            SearchErrorCode.NOT_YET_VISIBLE,
            "the write %d:%d is not visible yet"
                .formatted(position.getPartition(), position.getOffset()));
  }

  private static SearchFailure incomplete(GenerationIndex index, ShardReplies replies) {
    return new SearchFailure(
        SearchErrorCode.UNAVAILABLE,
        "only %d of %d shards of generation %s answered in time"
            .formatted(replies.replies().size(), replies.shardsTotal(), index.generation()));
  }
}
