package io.sketchstream.query.search;

import com.google.protobuf.ByteString;
import io.sketchstream.events.Hit;
import io.sketchstream.query.fanout.ShardReplies;
import io.sketchstream.query.index.PackedVector;
import io.sketchstream.score.QueryExpansion;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The vector of the second round of a search. It is rounded to a byte for each dimension before
/// anything is ranked by it, so that a page's cursor can carry it completely, and later pages
/// belong to the same ranking, even if the first round would find other images by then.
///
/// @param bytes one signed byte for each dimension
record ExpandedVector(ByteString bytes) {
  /// Expands a query by the first hits of the first round.
  ///
  /// @param query of unit length
  /// @param unliked images that must not be used for it
  /// @return empty where the first round is the answer
  static Optional<ExpandedVector> of(
      float[] query, ShardReplies replies, QueryExpansion expansion, Collection<String> unliked) {
    List<Hit> hits =
        HitMerge.merge(replies.nearest(), expansion.hits() + unliked.size(), false).stream()
            .filter(hit -> !unliked.contains(hit.getImageId()))
            .limit(expansion.hits())
            .toList();
    Map<String, ByteString> vectors = HitMerge.vectors(replies.nearest());
    float[][] photos = new float[hits.size()][];
    float[] scores = new float[hits.size()];
    for (int i = 0; i < photos.length; i++) {
      ByteString vector = vectors.get(hits.get(i).getImageId());
      if (vector == null) { // A shard of an older release sends none.
        return Optional.empty();
      }
      photos[i] = PackedVector.unpack(vector);
      scores[i] = hits.get(i).getScore();
    }
    return expansion.expand(query, photos, scores).map(ExpandedVector::round);
  }

  /// Rounds a vector of unit length to what a cursor carries.
  static ExpandedVector round(float[] vector) {
    float largest = 0;
    for (float x : vector) {
      largest = Math.max(largest, Math.abs(x));
    }
    byte[] bytes = new byte[vector.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Math.round(vector[i] / largest * Byte.MAX_VALUE);
    }
    return new ExpandedVector(ByteString.copyFrom(bytes));
  }

  /// Whether it has this dimension: a cursor may come from anybody.
  boolean fits(int dimension) {
    boolean nothing = true;
    for (int i = 0; i < bytes.size(); i++) {
      nothing &= bytes.byteAt(i) == 0;
    }
    return bytes.size() == dimension && !nothing;
  }

  /// The vector, of unit length.
  float[] vector() {
    double squares = 0;
    for (int i = 0; i < bytes.size(); i++) {
      squares += bytes.byteAt(i) * bytes.byteAt(i);
    }
    double length = Math.sqrt(squares);
    float[] vector = new float[bytes.size()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) (bytes.byteAt(i) / length);
    }
    return vector;
  }
}
