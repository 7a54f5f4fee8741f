package io.sketchstream.query.search;

import io.sketchstream.events.Generation;
import io.sketchstream.events.Hit;
import io.sketchstream.events.ImagePosition;
import io.sketchstream.events.SearchAnswered;
import io.sketchstream.events.SearchErrorCode;
import io.sketchstream.query.fanout.FanOut;
import io.sketchstream.query.fanout.ShardReplies;
import io.sketchstream.query.index.GenerationIndex;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// Searches one generation: queries all its shards, in whatever process, once they have seen the
/// writes that the caller requires, and merges the replies.
///
/// **Threads:** any number; each blocks while it waits.
public final class GenerationSearcher {
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
    if (replies.complete() && !query.withText() && query.cursor().isEmpty()) {
      recall.offer(generation, found, asked);
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
    SearchedShards shards = shards(index, query);
    float[] vector = shards.vectorOf(imageId);
    int width = query.width() + 1;
    SearchRounds.Found found =
        new SearchRounds(query, true, shards, stages)
            .run(vector, width, query.collapse() ? width : 0);
    List<Hit> around =
        HitMerge.merge(found.replies().nearest(), width, query.withText()).stream()
            .filter(hit -> !hit.getImageId().equals(imageId))
            .toList();
    return answer(generation, found, around, query, stages);
  }

  private SearchedShards shards(GenerationIndex index, SearchQuery query) {
    return new SearchedShards(fanOut, index, query, clock);
  }

  /// Lists a page of the gallery, newest first.
  public GalleryPage newest(Generation generation, GalleryQuery query)
      throws SearchFailure, InterruptedException {
    GenerationIndex index = index(generation, query.search());
    ShardReplies replies = shards(index, query.search()).ask(query.newest());
    return GalleryPage.merge(generation, replies, query);
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
}
