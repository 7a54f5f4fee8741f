package io.sketchstream.query.search;

import com.google.protobuf.ByteString;
import io.sketchstream.events.Filters;
import io.sketchstream.events.NearestAsked;
import io.sketchstream.events.SearchErrorCode;
import io.sketchstream.events.SearchRequest;
import io.sketchstream.query.fanout.ShardReplies;
import io.sketchstream.query.filter.FilterParser;
import io.sketchstream.query.filter.FilterSyntaxException;
import io.sketchstream.query.index.KnnQuery;
import io.sketchstream.query.index.PackedVector;
import io.sketchstream.score.Feedback;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/// The images that a search names as right and wrong. Their vectors are fetched by a search with a
/// filter that passes only them: so they come from the shards in the same way as hits, and as of
/// now.
final class FeedbackImages {
  private static final Feedback FEEDBACK = new Feedback(Feedback.Weights.defaults());

  private final SearchRequest request;

  FeedbackImages(SearchRequest request) {
    this.request = request;
  }

  /// The query to each shard.
  ///
  /// @param vector any query vector, with its dimension for the hubness
  KnnQuery query(float[] vector, int shardsTotal) throws SearchFailure {
    List<String> ids =
        Stream.concat(request.getLikeList().stream(), request.getUnlikeList().stream())
            .distinct()
            .toList();
    String filter = Filters.in("id", ids);
    NearestAsked asked =
        NearestAsked.newBuilder()
            .setK(ids.size())
            .setVectors(ids.size())
            .setFilter(filter)
            .setShardsTotal(shardsTotal)
            .build();
    try {
      return new KnnQuery(asked, vector, FilterParser.parse(filter), Optional.empty());
    } catch (FilterSyntaxException e) {
      throw new SearchFailure(
          SearchErrorCode.BAD_REQUEST, "like or unlike has no valid image id: " + e.getMessage());
    }
  }

  /// The query vector moved by the feedback, rounded to what later pages continue with.
  ///
  /// @param query of unit length
  /// @return empty where the query stays as it is
  Optional<ExpandedVector> move(float[] query, ShardReplies replies) {
    Map<String, ByteString> vectors = HitMerge.vectors(replies.nearest());
    return FEEDBACK
        .apply(
            query, found(vectors, request.getLikeList()), found(vectors, request.getUnlikeList()))
        .map(ExpandedVector::round);
  }

  private static float[][] found(Map<String, ByteString> vectors, List<String> ids) {
    return ids.stream()
        .distinct()
        .map(vectors::get)
        .filter(Objects::nonNull) // Removed since, or in a shard that did not answer.
        .map(PackedVector::unpack)
        .toArray(float[][]::new);
  }
}
