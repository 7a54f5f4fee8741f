package io.sketchstream.query.search;

import io.sketchstream.events.Distinction;
import io.sketchstream.events.Hit;
import io.sketchstream.events.NearestAsked;
import io.sketchstream.events.NearestFound;
import io.sketchstream.events.SearchErrorCode;
import io.sketchstream.query.fanout.ShardReplies;
import io.sketchstream.query.index.KnnQuery;
import io.sketchstream.score.QueryExpansion;
import io.sketchstream.score.Score;
import io.sketchstream.score.Standout;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The rounds of one search. Each is a query to all shards that requires the same writes.
///
/// 1. Where the search has feedback: the vectors of the images that it names, which move the query.
/// 2. The images nearest to the query, and a sample of the gallery, to measure how far they stand
///    out.
/// 3. If the query is expanded by the hits: the nearest images again.
///
/// A later page continues with the final vector of the first page, in a single round.
final class SearchRounds {
  private final SearchQuery query;
  private final boolean ofPhoto;
  private final SearchedShards shards;
  private final Stages stages;

  /// @param ofPhoto whether the vector is of a photo: hubness then counts for nothing, and the
  ///   query is not expanded
  SearchRounds(SearchQuery query, boolean ofPhoto, SearchedShards shards, Stages stages) {
    this.query = query;
    this.ofPhoto = ofPhoto;
    this.shards = shards;
    this.stages = stages;
  }

  /// What the last round found.
  ///
  /// @param ranked the vector that the ranking is by, where that is not the query's own
  /// @param knn the query of the last round
  /// @param replies to that query
  /// @param distinction of the best hit of the first round, where that can be said
  record Found(
      Optional<ExpandedVector> ranked,
      KnnQuery knn,
      ShardReplies replies,
      Optional<Distinction> distinction) {}

  /// @param vector of the sketch or photo, of unit length
  /// @param width how many of the nearest are wanted
  /// @param collapsed how many of them are looked through for near-duplicates
  Found run(float[] vector, int width, int collapsed) throws SearchFailure, InterruptedException {
    Optional<ExpandedVector> ranked = query.expanded();
    if (ranked.isPresent() && !ranked.get().fits(vector.length)) {
      throw new SearchFailure(
          SearchErrorCode.BAD_REQUEST, "search_after does not belong to this sketch");
    }
    boolean first = query.cursor().isEmpty();
    if (first && query.withFeedback()) {
      FeedbackImages feedback = new FeedbackImages(query.request());
      ranked =
          feedback.move(vector, shards.ask(feedback.query(searchVector(vector), shards.count())));
      stages.end("feedback");
    }
    float[] asked = ranked.map(ExpandedVector::vector).orElse(vector);
    List<String> unliked = query.request().getUnlikeList();
    QueryExpansion expansion = query.expansion();
    int vectors = ofPhoto || !first ? 0 : expansion.hits();
    vectors += vectors > 0 ? unliked.size() : 0;
    // An image of the gallery is found itself, so that nothing can be said of others.
    boolean ofImage = ofPhoto && !query.ofPhoto();
    int sample = ofImage || !query.wantsDistinction() ? 0 : Standout.SAMPLE;
    KnnQuery knn = knn(asked, width, Math.max(vectors, collapsed), sample);
    ShardReplies replies = shards.ask(knn);
    Optional<Distinction> distinction = distinction(replies);
    stages.end("shards");
    if (vectors > 0) {
      var expanded = ExpandedVector.of(asked, replies, expansion, unliked);
      if (expanded.isPresent()) {
        ranked = expanded;
        knn = knn(expanded.get().vector(), width, collapsed, 0);
        replies = shards.ask(knn);
      }
      stages.end("expand");
    }
    return new Found(ranked, knn, replies, distinction);
  }

  private KnnQuery knn(float[] vector, int width, int vectors, int sample) {
    NearestAsked wanted =
        NearestAsked.newBuilder()
            .setK(Math.max(width, vectors))
            .setVectors(vectors)
            .setSample(Math.ceilDiv(sample, shards.count()))
            .setShardsTotal(shards.count())
            .build();
    return query.nearest(searchVector(vector), wanted);
  }

  /// Between photos hubness does not count.
  private float[] searchVector(float[] vector) {
    return ofPhoto ? Arrays.copyOf(vector, vector.length + 1) : Score.searchVector(vector);
  }

  /// Empty if a shard is missing: a fitting image may be there. An image with words of the search
  /// fits, whatever it looks like.
  private Optional<Distinction> distinction(ShardReplies replies) {
    List<Hit> best = HitMerge.merge(replies.nearest(), 1, false);
    if (best.isEmpty() || !replies.complete()) {
      return Optional.empty();
    }
    List<Float> scores =
        replies.nearest().stream().flatMap(found -> found.getSampleList().stream()).toList();
    float[] sample = new float[scores.size()];
    for (int i = 0; i < sample.length; i++) {
      sample[i] = scores.get(i);
    }
    long gallery = replies.nearest().stream().mapToLong(NearestFound::getDocuments).sum();
    boolean named = replies.nearest().stream().anyMatch(found -> found.getByTextCount() > 0);
    float score = best.getFirst().getScore();
    return (ofPhoto
            ? Standout.ofPhoto(score, sample, gallery)
            : Standout.of(score, sample, gallery))
        .map(standout ->
            Distinction.newBuilder()
                .setDeviations(standout.deviations())
                .setNothingFits(standout.nothingFits() && !named)
                .setSample(sample.length)
                .build());
  }
}
