package io.sketchstream.query.index;

import java.util.Optional;
import org.apache.kafka.streams.query.Query;

/// Asks a shard for its nearest images, through Kafka Streams' interactive queries.
public final class KnnQuery implements Query<ShardAnswer> {
  private final float[] vector;
  private final int k;
  private final Optional<org.apache.lucene.search.Query> filter;
  private final Optional<org.apache.lucene.search.Query> text;
  private final Optional<After> after;
  private final int shardsTotal;
  private final boolean exact;

  /// A place in a ranking by score, equal scores by image id.
  ///
  /// @param rank how many hits there were up to here, in all shards
  public record After(float score, String imageId, int rank) {}

  /// @param vector unit length; not copied
  /// @param k how many hits at most
  /// @param filter only images that match
  /// @param text also the `k` images that match these words best
  public KnnQuery(
      float[] vector,
      int k,
      Optional<org.apache.lucene.search.Query> filter,
      Optional<org.apache.lucene.search.Query> text) {
    this(vector, k, filter, text, Optional.empty(), 1, false);
  }

  private KnnQuery(
      float[] vector,
      int k,
      Optional<org.apache.lucene.search.Query> filter,
      Optional<org.apache.lucene.search.Query> text,
      Optional<After> after,
      int shardsTotal,
      boolean exact) {
    this.vector = vector;
    this.k = k;
    this.filter = filter;
    this.text = text;
    this.after = after;
    this.shardsTotal = shardsTotal;
    this.exact = exact;
  }

  /// The same for a later page: only hits after a place.
  public KnnQuery after(After place) {
    return new KnnQuery(vector, k, filter, text, Optional.of(place), shardsTotal, exact);
  }

  /// The same for a shard that has only its share of the images, so that it need not look as far.
  public KnnQuery among(int shards) {
    return new KnnQuery(vector, k, filter, text, after, shards, exact);
  }

  /// The same by comparison with every image, as a measure for the graph.
  public KnnQuery exactly() {
    return new KnnQuery(vector, k, filter, text, after, shardsTotal, true);
  }

  float[] vector() {
    return vector;
  }

  int k() {
    return k;
  }

  Optional<org.apache.lucene.search.Query> filter() {
    return filter;
  }

  Optional<org.apache.lucene.search.Query> text() {
    return text;
  }

  Optional<After> after() {
    return after;
  }

  boolean exact() {
    return exact;
  }

  int shardsTotal() {
    return shardsTotal;
  }
}
