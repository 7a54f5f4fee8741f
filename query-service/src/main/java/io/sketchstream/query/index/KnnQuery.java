package io.sketchstream.query.index;

import java.util.Optional;
import org.apache.kafka.streams.query.Query;

/// Asks a shard for its nearest images, through Kafka Streams' interactive queries.
public final class KnnQuery implements Query<ShardAnswer> {
  private final float[] vector;
  private final int k;
  private final Optional<org.apache.lucene.search.Query> filter;
  private final Optional<org.apache.lucene.search.Query> text;

  /// @param vector unit length; not copied
  /// @param k how many hits at most
  /// @param filter only images that match
  /// @param text also the `k` images that match these words best
  public KnnQuery(
      float[] vector,
      int k,
      Optional<org.apache.lucene.search.Query> filter,
      Optional<org.apache.lucene.search.Query> text) {
    this.vector = vector;
    this.k = k;
    this.filter = filter;
    this.text = text;
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
}
