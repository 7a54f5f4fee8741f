package io.sketchstream.query.search;

import io.sketchstream.events.Generation;
import io.sketchstream.events.ImagePosition;
import io.sketchstream.events.SearchErrorCode;
import io.sketchstream.query.filter.FilterParser;
import io.sketchstream.query.filter.FilterSyntaxException;
import io.sketchstream.query.generations.LiveGenerations;
import io.sketchstream.query.index.GenerationIndex;
import io.sketchstream.query.index.ImageFields;
import io.sketchstream.query.index.KnnQuery;
import io.sketchstream.query.index.ShardAnswer;
import io.sketchstream.query.index.ShardHit;
import io.sketchstream.query.index.ShardStore;
import io.sketchstream.query.index.VectorOf;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.Query;
import org.apache.lucene.util.QueryBuilder;

/// Searches one generation: waits for the writes that the caller wants to see, asks all shards,
/// merges.
///
/// **Threads:** any number; each blocks while it waits.
public final class GenerationSearcher {
  private final LiveGenerations generations;
  private final InstantSource clock;

  public GenerationSearcher(LiveGenerations generations, InstantSource clock) {
    this.generations = generations;
    this.clock = clock;
  }

  /// Finds the images nearest to a vector.
  ///
  /// @param generation the only one the vector may be compared in
  /// @param vector unit length
  public Found search(Generation generation, float[] vector, Question question)
      throws SearchFailure, InterruptedException {
    Query filter = filter(question).orElse(null);
    Optional<Query> text = text(question);
    GenerationIndex index = index(generation);
    Stages stages = new Stages();
    awaitWrites(index, question);
    stages.end("wait");
    KnnQuery query = new KnnQuery(vector, question.k(), Optional.ofNullable(filter), text);
    Map<Integer, ShardAnswer> answers = ask(index, query);
    stages.end("shards");
    List<ShardHit> hits = HitMerge.merge(answers.values(), question.k(), text.isPresent());
    stages.end("merge");
    return new Found(hits, index.shardCount(), answers.size(), stages.timings());
  }

  /// Finds the images nearest to one that is already there, itself left out.
  public Found similar(Generation generation, String imageId, Question question)
      throws SearchFailure, InterruptedException {
    GenerationIndex index = index(generation);
    awaitWrites(index, question);
    Map<Integer, Optional<float[]>> vectors = index.ask(new VectorOf(imageId));
    Optional<float[]> vector = vectors.values().stream().flatMap(Optional::stream).findFirst();
    if (vector.isEmpty()) {
      throw vectors.size() < index.shardCount()
          ? unavailable(index)
          : new SearchFailure(
              SearchErrorCode.NO_SUCH_IMAGE, "image '" + imageId + "' is not in the index");
    }
    Question oneMore =
        new Question(
            question.k() + 1, question.filter(), question.text(), List.of(), question.deadline());
    Found found = search(generation, vector.get(), oneMore);
    List<ShardHit> others =
        found.hits().stream()
            .filter(hit -> !hit.imageId().equals(imageId))
            .limit(question.k())
            .toList();
    return new Found(others, found.shardsTotal(), found.shardsAnswered(), found.timings());
  }

  private static Optional<Query> filter(Question question) throws SearchFailure {
    if (question.k() < 1 || question.k() > Question.K_MAX + 1) {
      throw new SearchFailure(
          SearchErrorCode.BAD_REQUEST, "k is " + question.k() + ", not 1 to " + Question.K_MAX);
    }
    try {
      return FilterParser.parse(question.filter());
    } catch (FilterSyntaxException e) {
      throw new SearchFailure(SearchErrorCode.BAD_REQUEST, e.getMessage());
    }
  }

  /// Empty also when the text has no word to look for.
  private static Optional<Query> text(Question question) throws SearchFailure {
    if (question.text().length() > Question.TEXT_LENGTH_MAX) {
      throw new SearchFailure(
          SearchErrorCode.BAD_REQUEST,
          "text is longer than " + Question.TEXT_LENGTH_MAX + " characters");
    }
    if (question.text().isBlank()) {
      return Optional.empty();
    }
    try (StandardAnalyzer analyzer = new StandardAnalyzer()) {
      return Optional.ofNullable(
          new QueryBuilder(analyzer)
              .createBooleanQuery(ImageFields.TEXT, question.text(), Occur.SHOULD));
    }
  }

  private GenerationIndex index(Generation generation) throws SearchFailure {
    return generations
        .index(generation)
        .orElseThrow(() ->
            new SearchFailure(
                SearchErrorCode.UNAVAILABLE,
                "generation " + generation + " is not served here, or no longer"));
  }

  private void awaitWrites(GenerationIndex index, Question question)
      throws SearchFailure, InterruptedException {
    for (ImagePosition position : question.after()) {
      if (position.getPartition() < 0 || position.getPartition() >= index.shardCount()) {
        throw new SearchFailure(
            SearchErrorCode.BAD_REQUEST,
            "after: images has %d partitions, no number %d"
                .formatted(index.shardCount(), position.getPartition()));
      }
    }
    for (ImagePosition position : question.after()) {
      Optional<ShardStore> shard = index.shard(position.getPartition());
      if (shard.isEmpty()) {
        throw unavailable(index);
      }
      if (!shard.get().awaitVisible(position.getOffset(), nanosUntil(question.deadline()))) {
        throw new SearchFailure(
            SearchErrorCode.NOT_YET_VISIBLE,
            "the write %d:%d is not visible yet"
                .formatted(position.getPartition(), position.getOffset()));
      }
    }
  }

  private long nanosUntil(Instant deadline) {
    return Math.max(0, Duration.between(clock.instant(), deadline).toNanos());
  }

  private static Map<Integer, ShardAnswer> ask(GenerationIndex index, KnnQuery query)
      throws SearchFailure {
    Map<Integer, ShardAnswer> answers = index.ask(query);
    if (answers.isEmpty()) {
      throw unavailable(index);
    }
    return answers;
  }

  private static SearchFailure unavailable(GenerationIndex index) {
    return new SearchFailure(
        SearchErrorCode.UNAVAILABLE,
        "the index of generation " + index.generation() + " is not ready yet");
  }
}
