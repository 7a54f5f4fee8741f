package io.sketchstream.query.search;

import com.google.protobuf.ByteString;
import io.sketchstream.events.Generation;
import io.sketchstream.events.Hit;
import io.sketchstream.events.ImagePosition;
import io.sketchstream.events.NearestAsked;
import io.sketchstream.events.NearestFound;
import io.sketchstream.events.SearchCursor;
import io.sketchstream.events.SearchErrorCode;
import io.sketchstream.events.ShardRefusal;
import io.sketchstream.events.ShardReply;
import io.sketchstream.events.ShardsAsked;
import io.sketchstream.query.filter.FilterParser;
import io.sketchstream.query.filter.FilterSyntaxException;
import io.sketchstream.query.index.GenerationIndex;
import io.sketchstream.query.scatter.Gathered;
import io.sketchstream.query.scatter.PackedVector;
import io.sketchstream.query.scatter.Scatter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// Searches one generation: asks all its shards, wherever they are, for what they have once they
/// have seen the writes that the caller wants to see, and merges.
///
/// **Threads:** any number; each blocks while it waits.
public final class GenerationSearcher {
  /// What of a search's time is kept for bringing the answer back.
  private static final Duration WAY_BACK_MAX = Duration.ofMillis(50);

  private final ServedGenerations generations;
  private final Scatter scatter;
  private final InstantSource clock;

  public GenerationSearcher(ServedGenerations generations, Scatter scatter, InstantSource clock) {
    this.generations = generations;
    this.scatter = scatter;
    this.clock = clock;
  }

  /// The generations that can be searched.
  public interface ServedGenerations {
    /// The index of a generation; empty when it does not live.
    ///
    /// @param deadline until when one that lives and is not served yet may be waited for
    Optional<GenerationIndex> await(Generation generation, Instant deadline)
        throws InterruptedException;
  }

  /// Finds the images nearest to a vector.
  ///
  /// @param generation the only one the vector may be compared in
  /// @param vector unit length
  public Found search(Generation generation, float[] vector, Question question)
      throws SearchFailure, InterruptedException {
    Optional<SearchCursor> place = check(question, generation);
    Stages stages = new Stages();
    Gathered gathered =
        gather(index(generation, question), nearest(vector, question, place, 0), question);
    stages.end("shards");
    List<Hit> around = HitMerge.merge(found(gathered), width(question), !question.text().isBlank());
    List<Hit> hits = around.subList(0, Math.min(question.page().k(), around.size()));
    return answer(generation, question, place, new Merged(hits, around, gathered), stages);
  }

  /// Finds the images nearest to one that is already there, itself left out.
  public Found similar(Generation generation, String imageId, Question question)
      throws SearchFailure, InterruptedException {
    Optional<SearchCursor> place = check(question, generation);
    GenerationIndex index = index(generation, question);
    Stages stages = new Stages();
    float[] vector = vectorOf(index, imageId, question);
    Gathered gathered = gather(index, nearest(vector, question, place, 1), question);
    stages.end("shards");
    List<Hit> around =
        HitMerge.merge(found(gathered), width(question) + 1, !question.text().isBlank()).stream()
            .filter(hit -> !hit.getImageId().equals(imageId))
            .toList();
    List<Hit> hits = around.subList(0, Math.min(question.page().k(), around.size()));
    return answer(generation, question, place, new Merged(hits, around, gathered), stages);
  }

  /// @param around the hits and more, for facets
  private record Merged(List<Hit> hits, List<Hit> around, Gathered gathered) {}

  private static Found answer(
      Generation generation,
      Question question,
      Optional<SearchCursor> place,
      Merged merged,
      Stages stages) {
    String next = Cursors.next(generation, merged.hits(), question, place);
    var facets = Facets.count(merged.around(), question.page().facets());
    stages.endAs("merge");
    return new Found(
        merged.hits(),
        next,
        facets,
        new Found.Shards(merged.gathered().shardsTotal(), merged.gathered().replies().size()),
        stages.timings());
  }

  private static Optional<SearchCursor> check(Question question, Generation generation)
      throws SearchFailure {
    if (question.page().k() < 1 || question.page().k() > Question.K_MAX) {
      throw refusal("k is " + question.page().k() + ", not 1 to " + Question.K_MAX);
    }
    if (question.page().facets() < 0 || question.page().facets() > Question.FACETS_MAX) {
      throw refusal("facets is " + question.page().facets() + ", not 0 to " + Question.FACETS_MAX);
    }
    if (question.text().length() > Question.TEXT_LENGTH_MAX) {
      throw refusal("text is longer than " + Question.TEXT_LENGTH_MAX + " characters");
    }
    try {
      FilterParser.parse(question.filter());
    } catch (FilterSyntaxException e) {
      throw refusal(e.getMessage());
    }
    return Cursors.parse(question, generation);
  }

  private GenerationIndex index(Generation generation, Question question)
      throws SearchFailure, InterruptedException {
    GenerationIndex index =
        generations
            .await(generation, question.demands().deadline())
            .orElseThrow(() ->
                new SearchFailure(
                    SearchErrorCode.UNAVAILABLE,
                    "generation " + generation + " is not served here, or no longer"));
    for (ImagePosition position : question.demands().after()) {
      if (position.getPartition() < 0 || position.getPartition() >= index.shardCount()) {
        throw refusal(
            "after: images has %d partitions, no number %d"
                .formatted(index.shardCount(), position.getPartition()));
      }
    }
    return index;
  }

  /// How many of the nearest are wanted: facets count more than are shown.
  private static int width(Question question) {
    return question.page().facets() == 0
        ? question.page().k()
        : Math.max(question.page().k(), Facets.NEIGHBOURHOOD);
  }

  /// @param more hits than the question wants
  private static ShardsAsked.Builder nearest(
      float[] vector, Question question, Optional<SearchCursor> place, int more) {
    NearestAsked.Builder nearest =
        NearestAsked.newBuilder()
            .setK(width(question) + more)
            .setFilter(question.filter())
            .setText(question.text());
    nearest.setVector(PackedVector.pack(vector));
    place.ifPresent(nearest::setAfter);
    return ShardsAsked.newBuilder().setNearest(nearest);
  }

  private static List<NearestFound> found(Gathered gathered) {
    return gathered.replies().values().stream().map(ShardReply::getNearest).toList();
  }

  private float[] vectorOf(GenerationIndex index, String imageId, Question question)
      throws SearchFailure, InterruptedException {
    Gathered gathered = gather(index, ShardsAsked.newBuilder().setVectorOf(imageId), question);
    ByteString vector =
        gathered.replies().values().stream()
            .map(reply -> reply.getVector().getVector())
            .filter(found -> !found.isEmpty())
            .findFirst()
            .orElse(ByteString.EMPTY);
    if (vector.isEmpty()) {
      throw gathered.complete()
          ? new SearchFailure(
              SearchErrorCode.NO_SUCH_IMAGE, "image '" + imageId + "' is not in the index")
          : incomplete(index, gathered);
    }
    return PackedVector.unpack(vector);
  }

  private Gathered gather(GenerationIndex index, ShardsAsked.Builder asked, Question question)
      throws SearchFailure, InterruptedException {
    asked.setGeneration(index.generation().id());
    if (asked.hasNearest()) {
      asked.getNearestBuilder().setShardsTotal(index.shardCount());
    }
    Question.Demands demands = question.demands();
    Gathered gathered =
        scatter.ask(
            index,
            asked.build(),
            demands.after(),
            new Scatter.Patience(
                System.nanoTime() + nanosUntil(demands.deadline()), demands.complete()));
    for (ImagePosition position : demands.after()) {
      if (!gathered.replies().containsKey(position.getPartition())) {
        throw unseen(index, position, gathered);
      }
    }
    if (gathered.replies().isEmpty() || demands.complete() && !gathered.complete()) {
      throw incomplete(index, gathered);
    }
    return gathered;
  }

  /// A tenth of the time that is left, bounded, is for the way back.
  private long nanosUntil(Instant deadline) {
    long left = Math.max(0, Duration.between(clock.instant(), deadline).toNanos());
    return left - Math.min(left / 10, WAY_BACK_MAX.toNanos());
  }

  private static SearchFailure unseen(
      GenerationIndex index, ImagePosition position, Gathered gathered) {
    return gathered.refusals().get(position.getPartition()) == ShardRefusal.NOT_HERE
        ? incomplete(index, gathered)
        : new SearchFailure(
            SearchErrorCode.NOT_YET_VISIBLE,
            "the write %d:%d is not visible yet"
                .formatted(position.getPartition(), position.getOffset()));
  }

  private static SearchFailure incomplete(GenerationIndex index, Gathered gathered) {
    return new SearchFailure(
        SearchErrorCode.UNAVAILABLE,
        "only %d of %d shards of generation %s answered in time"
            .formatted(gathered.replies().size(), gathered.shardsTotal(), index.generation()));
  }

  private static SearchFailure refusal(String reason) {
    return new SearchFailure(SearchErrorCode.BAD_REQUEST, reason);
  }
}
