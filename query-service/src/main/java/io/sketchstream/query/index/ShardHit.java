package io.sketchstream.query.index;

import com.google.protobuf.Timestamp;
import io.sketchstream.events.ImageAttributes;
import java.util.Comparator;

/// One image that a shard found.
///
/// @param score cosine similarity with the query, -1 to 1
public record ShardHit(
    String imageId, float score, ImageAttributes attributes, Timestamp ingestedAt) {

  /// Best first; equal scores by image id.
  public static final Comparator<ShardHit> BEST_FIRST =
      Comparator.comparingDouble((ShardHit hit) -> -hit.score()).thenComparing(ShardHit::imageId);
}
